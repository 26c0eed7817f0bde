// Ctrl+K: everything by typing a little of its name. “?” shows the keys.
const palette = document.getElementById("palette");
const input = palette?.querySelector(".palette__input");
const list = document.getElementById("palette-list");
const WAIT_MS = 80;
let asked = 0;

const items = () => [...list.querySelectorAll("[role=option]")];
const chosen = () => list.querySelector("[aria-selected=true]");

function choose(item) {
  for (const each of items()) each.setAttribute("aria-selected", String(each === item));
  input.setAttribute("aria-activedescendant", item?.id ?? "");
  item?.scrollIntoView({ block: "nearest" });
}

async function ask() {
  const mine = ++asked;
  const ticket = location.pathname.match(/\/tickets\/(\d+)\//)?.[1] ?? "";
  const address = `${input.dataset.url}?${new URLSearchParams({ text: input.value, ticket })}`;
  list.ariaBusy = true;
  const answer = await fetch(address).catch(() => null);
  if (mine === asked) list.ariaBusy = false;
  if (!answer?.ok || mine !== asked) return;
  list.innerHTML = await answer.text();
  choose(items()[0]);
}

export function open(text) {
  input.value = text;
  list.replaceChildren();
  palette.showPopover();
  ask();
}

let timer = 0;
input?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
});

input?.addEventListener("keydown", (event) => {
  const all = items();
  const at = all.indexOf(chosen());
  if (event.code === "ArrowDown") choose(all[(at + 1) % all.length]);
  else if (event.code === "ArrowUp") choose(all[(at - 1 + all.length) % all.length]);
  else if (event.code === "Enter" || event.code === "NumpadEnter") chosen()?.click();
  else return;
  event.preventDefault();
});

list?.addEventListener("pointermove", (event) => {
  const item = event.target.closest("[role=option]");
  if (item && item !== chosen()) choose(item);
});
// A property of the ticket is set by the form that the side panel sends too: its name beside its value.
list?.addEventListener("click", (event) => {
  const item = event.target.closest("[data-name]");
  if (item) item.form.elements.namedItem("name").value = item.dataset.name;
});

document.addEventListener("keydown", (event) => {
  // In the editor the same keys make a link.
  if (event.defaultPrevented || event.code !== "KeyK" || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey || !palette) return;
  event.preventDefault();
  if (palette.matches(":popover-open")) palette.hidePopover();
  else open("");
});
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-palette-open]");
  if (!opener) return;
  event.preventDefault();
  open(opener.dataset.paletteOpen);
});
