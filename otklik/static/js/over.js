// What stands over the page until it is closed. A modal dialog would make all else inert, for which Chromium looks at the style of each
// element of the page: 30 to 100 ms. A popover brings Escape, its place on top and the focus back to where it was; the rest is here.
const STOPS = "a[href], button, input:not([type=hidden])";

export const isAnyOver = () => document.querySelector("[aria-modal=true]:popover-open") !== null;

// Tab goes round within it, as the page behind is not to be reached.
function goRound(event) {
  if (event.code !== "Tab") return;
  const stops = [...event.currentTarget.querySelectorAll(STOPS)].filter((stop) => stop.tabIndex >= 0);
  const to = stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1);
  if (to >= 0 && to < stops.length) return;
  event.preventDefault();
  stops.at(to < 0 ? -1 : 0).focus();
}

for (const over of document.querySelectorAll("[aria-modal=true][popover]")) {
  over.addEventListener("keydown", goRound);
  // A press beside what it shows meets the shade, which is the element itself, and nothing of the page behind.
  over.addEventListener("click", (event) => event.target === over && over.hidePopover());
}
