// Keys by their place on the keyboard, so that they are the same on a Russian and an English layout.
import { choose } from "./composer.js";
import { choose as chooseRow } from "./list.js";
import { isAnyOver } from "./over.js";
import { quoteSelected } from "./quoting.js";

// A folded group is stepped onto: Enter unfolds it.
const rows = () => [...document.querySelectorAll(".row__link, .group__fold[aria-expanded=false], .group__fold:focus")];

function step(by) {
  const link = document.querySelector(`[data-step="${by}"]`);
  if (link) return link.click();
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.closest(".row, .group").scrollIntoView({ block: "nearest" });
}

// Folds the group that the focused row stands in, and leaves the focus on its heading.
function fold() {
  let place = document.activeElement.closest?.(".row, .group");
  while (place && !place.matches(".group")) place = place.previousElementSibling;
  const button = place?.querySelector(".group__fold");
  button?.focus();
  button?.click();
}

const showKeys = () => document.getElementById("keys").showPopover();

function search() {
  const box = document.querySelector("[data-search]");
  if (box) box.select();
  else document.querySelector("[data-search-link]")?.click();
}

const ACTIONS = {
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyX: (event) => chooseRow(document.activeElement.closest?.(".row"), event.shiftKey),
  KeyZ: fold,
  KeyH: () => document.querySelector("[data-home-link]")?.click(),
  KeyR: () => {
    const isQuoted = document.documentElement.dataset.composer !== "note" && quoteSelected();
    if (!isQuoted) choose("reply", true);
  },
  KeyN: () => choose("note", true),
  KeyS: () => document.querySelector("[data-sleep]")?.click(),
  KeyM: () => document.querySelector("[data-macros]")?.click(),
  Slash: ({ shiftKey }) => (shiftKey ? showKeys() : search()),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");
  // What stands over the page gives the focus back as it closes, if it has it.
  if (event.code === "Escape" && typing && !isAnyOver()) return typing.blur();
  if (event.code === "ArrowDown" && event.target.matches?.("[data-search]")) {
    event.preventDefault();
    return step(1);
  }
  if ("noKeys" in document.documentElement.dataset || isAnyOver()) return;
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // Only these two are asked for by their sign, which stands elsewhere on a Russian keyboard.
  const act = { "?": showKeys, "/": search }[event.key] ?? ACTIONS[event.code];
  if (!act) return;
  event.preventDefault();
  act(event);
});
