// Choosing rows: how many, a range by Shift (pointer or key), all of them, the whole list, and none again.
const bulk = document.querySelector("[data-bulk]");
const all = document.querySelector("[data-all]");
let last = null;

const boxes = () => [...document.querySelectorAll(".row input[type=checkbox]")];

function tell() {
  const every = boxes();
  const checked = every.filter((box) => box.checked).length;
  const label = bulk.querySelector("[data-bulk-count]");
  label.dataset.name ??= label.textContent;
  label.textContent = `${label.dataset.name}: ${checked}`;
  const isAll = checked > 0 && checked === every.length;
  const whole = bulk.querySelector("[data-bulk-whole]");
  if (whole) whole.hidden = !isAll || !document.querySelector(".pager [rel=next]");
  if (whole?.hidden) whole.querySelector("input").checked = false;
  if (all) [all.checked, all.indeterminate] = [isAll, checked > 0 && !isAll];
}

function range(from, to, checked) {
  const every = boxes();
  const [first, end] = [every.indexOf(from), every.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) for (const box of every.slice(first, end + 1)) box.checked = checked;
}

function chosen(box, isRange) {
  if (isRange && last?.isConnected) range(last, box, box.checked);
  last = box;
  tell();
}

function none() {
  for (const box of boxes()) box.checked = false;
  tell();
}

// The box of the row that has the focus, from the keyboard; with Shift all rows from the last one on.
export function choose(row, isRange) {
  const box = row?.querySelector("input[type=checkbox]");
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  chosen(box, isRange);
}

if (bulk) {
  document.addEventListener("click", (event) => {
    if (event.target.matches(".row input[type=checkbox]")) chosen(event.target, event.shiftKey);
  });
  all?.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    boxes()[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    tell();
  });
  bulk.addEventListener("reset", none);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], [aria-modal]");
    if (event.code === "Escape" && !typing && boxes().some((box) => box.checked)) none();
  });
  document.addEventListener("htmx:after:swap", tell);
  // Back to what is shown now: a search goes on without loading the page anew.
  bulk.addEventListener("submit", () => (bulk.elements.next.value = location.pathname + location.search));
}
