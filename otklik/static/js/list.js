// Choosing rows: how many, a range by Shift, and none again.
const bulk = document.querySelector("[data-bulk]");
let last = null;

const boxes = () => [...document.querySelectorAll(".row input[type=checkbox]")];

function tell() {
  const label = bulk.querySelector("[data-bulk-count]");
  label.dataset.name ??= label.textContent;
  label.textContent = `${label.dataset.name}: ${boxes().filter((box) => box.checked).length}`;
}

function range(from, to, checked) {
  const all = boxes();
  const [first, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) for (const box of all.slice(first, end + 1)) box.checked = checked;
}

if (bulk) {
  document.addEventListener("click", (event) => {
    if (!event.target.matches(".row input[type=checkbox]")) return;
    if (event.shiftKey && last) range(last, event.target, event.target.checked);
    last = event.target;
    tell();
  });
  bulk.addEventListener("reset", () => {
    for (const box of boxes()) box.checked = false;
    tell();
  });
  document.addEventListener("htmx:after:swap", tell);
  // Back to what is shown now: a search goes on without loading the page anew.
  bulk.addEventListener("submit", () => (bulk.elements.next.value = location.pathname + location.search));
}
