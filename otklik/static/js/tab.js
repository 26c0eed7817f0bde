// How many notices were not seen stands before the title, so that a tab in the background says it, too.
const menu = document.getElementById("menu");
const title = () => document.title.replace(/^\(\d+\+?\) /, "");

function tell() {
  const unseen = menu.querySelector("[data-unseen]")?.dataset.unseen ?? "0";
  const told = unseen === "0" ? title() : `(${unseen}) ${title()}`;
  if (document.title !== told) document.title = told;
}

if (menu) {
  tell();
  new MutationObserver(tell).observe(menu, { subtree: true, childList: true, attributeFilter: ["data-unseen"] });
  document.addEventListener("htmx:after:swap", tell);
}
