// The two composers: one shown at a time, drafts kept on the server while they are typed, the newest message in sight.
const PAUSE = 700;
const root = document.documentElement;
const timers = new WeakMap();

function choose(kind, focus) {
  root.dataset.composer = kind;
  for (const tab of document.querySelectorAll("[data-composer][role=tab]")) {
    const chosen = tab.dataset.composer === kind;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  if (focus) document.querySelector(`#${kind} textarea`)?.focus();
}

async function keep(form) {
  const saved = form.querySelector("[data-saved]");
  const body = new FormData(form);
  body.delete("files");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body, keepalive: true });
    saved.textContent = answer.ok ? saved.dataset.kept : saved.dataset.lost;
  } catch {
    saved.textContent = saved.dataset.lost;
  }
}

function later(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), PAUSE));
}

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-composer][role=tab]");
  if (tab) choose(tab.dataset.composer, true);
});
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[data-composer][role=tab]");
  if (tab && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
    choose(tab.dataset.composer === "reply" ? "note" : "reply");
    document.querySelector(`[role=tab][data-composer=${root.dataset.composer}]`).focus();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form[data-draft]")?.requestSubmit();
});
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form && event.target.name === "text") later(form);
});
document.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const names = event.target.closest("form").querySelector("[data-names]");
  if (names) names.textContent = [...event.target.files].map((file) => file.name).join(", ");
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-draft]")) return;
  clearTimeout(timers.get(event.target));
  timers.delete(event.target); // else leaving the page would keep as a draft what is being sent
});
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    if (timers.has(form) && form.querySelector("textarea")?.value.trim()) navigator.sendBeacon?.(form.dataset.draft, new FormData(form));
  }
});

const composers = document.querySelector("[data-composers]");
if (composers) {
  const typed = (kind) => document.querySelector(`#${kind} textarea`)?.value.trim();
  choose(!typed("reply") && typed("note") ? "note" : "reply");
  // Beside the composer that stays in sight, the newest message is what one came to read.
  const toNewest = () => scrollTo(0, document.documentElement.scrollHeight);
  if (!location.hash && matchMedia("(min-width: 44rem)").matches) document.fonts.ready.then(toNewest);
}
export { choose };
