// What the desk does in the browser; each behaviour is one file, and every page works without them.
import "./live.js";
import "./composer.js";
import "./together.js";
import "./keys.js";
import "./palette.js";
import "./list.js";
import "./steady.js";
import "./frames.js";
import "./leaving.js";
import "./builder.js";
import "./presence.js";
import "./seen.js";
import "./tab.js";
import "./board.js";
import "./tasks.js";
import "./letter.js";
import "./app.js";
import "./trouble.js";

// A form with data-auto is sent by choosing.
document.addEventListener("change", (event) => event.target.closest("form[data-auto]")?.requestSubmit());

// An open menu closes by Escape or by pressing elsewhere.
const close = (except) =>
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => menu.contains(except) || (menu.open = false));
document.addEventListener("pointerdown", (event) => close(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const summary = event.target.closest?.("details[data-menu][open]")?.querySelector("summary");
  close(null);
  summary?.focus();
});

// What a page told is put away by a press.
document.addEventListener("click", (event) => event.target.closest("[data-flash-close]")?.closest(".flash").remove());

// After a part was refreshed, lists show what is true again, not what was chosen here before.
document.addEventListener("htmx:after:swap", () => {
  for (const list of document.querySelectorAll("select[data-follow]")) {
    if (list === document.activeElement) continue;
    for (const option of list.options) option.selected = option.defaultSelected;
  }
});
document.addEventListener("htmx:after:request", (event) => {
  const form = event.target.closest?.("form[data-clear]");
  if (form) form.reset();
});

// A menu that somebody has open stays so while the page around it is made anew.
addEventListener("DOMContentLoaded", () => htmx.config.morphIgnore.push("open"));
