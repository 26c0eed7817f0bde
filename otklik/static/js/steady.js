// A list does not jump under whoever is at it: what changed is shown where it stands, what came or went is told and
// waits for a press, or until the list is left alone. See live.js for how the list is fetched.
const rows = document.querySelector("[data-rows][data-live-part]");
const news = document.querySelector("[data-news]");
const numbered = (root) => [...root.querySelectorAll(".row[id], .group[id]")];
let wanted = false;
let isPressed = false;

function isBusy() {
  const isRead = rows.matches(":hover, :focus-within") || news.matches(":hover") || rows.querySelector(":checked");
  return isRead || rows.getBoundingClientRect().bottom - rows.clientHeight < 0;
}

function tell(came) {
  const { came: some, changed } = news.dataset;
  news.querySelector("span").textContent = came ? `${some}: ${came}` : changed;
  news.hidden = false;
}

// The rows that stand here, in their order, as the fetched page has them; a row that it has no more, as it was.
function keepOrder(fetched) {
  const fresh = new Map(numbered(fetched).map((row) => [row.id, row]));
  const before = numbered(rows);
  const came = [...fresh.values()].filter((row) => row.matches(".row") && !document.getElementById(row.id));
  if (before.map((row) => row.id).join() === [...fresh.keys()].join()) return;
  const place = document.createComment("");
  const first = fetched.querySelector(".row[id], .group[id], .empty");
  first ? first.before(place) : fetched.append(place);
  fetched.querySelector(".empty")?.remove();
  for (const row of fresh.values()) row.remove();
  for (const row of before) {
    const kept = fresh.get(row.id) ?? row.cloneNode(true);
    kept.classList.toggle("row--left", !fresh.has(row.id));
    place.before(kept);
  }
  place.remove();
  tell(came.length);
}

function fetchAll() {
  wanted = true;
  rows.dataset.stale = "";
  document.dispatchEvent(new Event("desk:stale"));
}

function settle() {
  if (!news.hidden && !isBusy()) fetchAll();
}

if (rows && news) {
  document.addEventListener("htmx:before:swap", (event) => {
    const task = event.detail.tasks.find(({ target }) => target === rows);
    if (!task) return;
    const isFolded = event.detail.ctx.sourceElement?.closest?.(".group");
    if (isBusy() && !wanted && !isFolded) return keepOrder(task.fragment);
    wanted = false;
    news.hidden = true;
  });
  document.addEventListener("htmx:after:swap", () => {
    if (!isPressed || wanted) return;
    isPressed = false;
    rows.querySelector(".row__link")?.focus();
  });
  news.addEventListener("click", () => {
    isPressed = true;
    scrollTo({ top: 0 });
    fetchAll();
  });
  for (const place of [rows, news]) place.addEventListener("mouseleave", settle);
  rows.addEventListener("focusout", () => setTimeout(settle));
}
