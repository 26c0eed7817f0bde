// How many notices were not seen stands before the title, so that a tab in the background says it, too.
// Hidden tabs have let go of the live stream: the one that says that somebody is here hears the number, for all tabs.
const UNSEEN = "otklik.unseen";
const menu = document.getElementById("menu");
const shown = () => menu.querySelector("[data-unseen]")?.dataset.unseen ?? "0";
let known = "0";

function tell() {
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  const told = known === "0" ? title : `(${known}) ${title}`;
  if (document.title !== told) document.title = told;
}

function hear(unseen) {
  known = unseen;
  tell();
  if (!document.hidden && unseen !== shown()) document.dispatchEvent(new Event("desk:stale"));
}

function look() {
  known = shown();
  localStorage.setItem(UNSEEN, known);
  tell();
}

if (menu) {
  look();
  new MutationObserver(look).observe(menu, { subtree: true, childList: true, attributeFilter: ["data-unseen"] });
  document.addEventListener("htmx:after:swap", tell);
  document.addEventListener("desk:unseen", ({ detail }) => {
    localStorage.setItem(UNSEEN, detail.count);
    hear(detail.count);
  });
  addEventListener("storage", ({ key, newValue }) => key === UNSEEN && hear(newValue ?? "0"));
  document.addEventListener("visibilitychange", () => document.hidden || hear(localStorage.getItem(UNSEEN) ?? shown()));
}
