// The two composers: one shown at a time; what is sent waits for its files, and leaves an empty place behind.
import { forget, hold, release, settled, watch } from "./drafts.js";
import { areaOf, editorOf, field, fill, formOf, forms, isEmpty } from "./editor.js";
import "./dropping.js";
import "./linking.js";
import "./pasting.js";
import { begin } from "./plain.js";
import "./quoting.js";
import "./suggest.js";
import { whyOf } from "./trouble.js";
import { arrived, isUploading } from "./uploads.js";

const root = document.documentElement;
const ready = new WeakSet();

export function choose(kind, focus) {
  root.dataset.composer = kind;
  for (const tab of document.querySelectorAll("[data-composer][role=tab]")) {
    const chosen = tab.dataset.composer === kind;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
  }
  const form = document.querySelector(`#${kind} form[data-draft]`);
  if (focus && form) field(form).focus();
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
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = formOf(event.target);
  const resolve = event.shiftKey && form?.querySelector("[data-send-resolve]");
  form?.requestSubmit(resolve || form.querySelector("[data-send]"));
});

// Sending waits until files and drafts that are on their way have arrived: what comes after must not undo it.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.matches("form[data-draft]") || ready.has(form)) return;
    if (!isUploading(form) && !settled(form)) return hold(form);
    event.preventDefault();
    event.stopImmediatePropagation();
    const saved = form.querySelector("[data-saved]");
    if (isUploading(form)) saved.textContent = saved.dataset.waiting;
    const whole = await arrived(form);
    await settled(form);
    if (!whole) return; // the list says which file was refused, and why
    hold(form);
    ready.add(form);
    form.requestSubmit(event.submitter);
    ready.delete(form);
  },
  true,
);

// Who is led on has sent it: what stands there still is no draft.
document.addEventListener("htmx:finally:request", ({ target, detail }) => {
  if (target.matches?.("form[data-draft]") && !detail.ctx.response?.headers.get("HX-Redirect")) release(target);
});
for (const kind of ["htmx:error", "htmx:response:error"]) {
  document.addEventListener(kind, ({ target, detail }) => {
    const saved = target.matches?.("form[data-draft]") && target.querySelector("[data-saved]");
    if (saved) saved.textContent = whyOf(detail) || saved.dataset.unsent;
  });
}

// What was shown before the first word counts as read, and what the guard showed; nothing else that came since.
function haveSeen() {
  const form = document.querySelector("#reply form[data-draft]");
  if (form) form.elements.seen.value = form.closest("[data-composers]").dataset.newest;
}
document.addEventListener("htmx:after:swap", () => {
  const form = document.querySelector("#reply form[data-draft]");
  if (form && isEmpty(form)) haveSeen();
});
document.addEventListener("desk:held", () => {
  haveSeen();
  document.getElementById("guard")?.focus();
});

// Told by the server when it was sent.
function clear(kind) {
  const form = document.querySelector(`#${kind} form[data-draft]`);
  if (!form) return;
  fill(form);
  form.querySelector("[data-files]").replaceChildren();
  form.querySelector("[data-saved]").textContent = "";
  for (const list of form.querySelectorAll("select, [name=send_at]")) list.value = list.matches("select") ? list.options[0].value : "";
  forget(form);
  haveSeen();
  const messages = document.querySelectorAll("#line .msg");
  messages[messages.length - 1]?.focus({ preventScroll: true });
  toNewest();
}
for (const kind of ["reply", "note"]) document.addEventListener(`desk:${kind}-sent`, () => clear(kind));

// Beside the composer that stays in sight, the newest message is what one came to read.
function toNewest() {
  if (matchMedia("(min-width: 44rem)").matches) scrollTo(0, root.scrollHeight);
}

for (const form of forms()) {
  const plain = form.querySelector("[data-plain]");
  watch(form);
  Promise.resolve(begin(form)).then(() => plain.setAttribute("aria-pressed", !editorOf(form)));
}
if (document.querySelector("[data-composers]")) {
  const typed = (kind) => areaOf(document.querySelector(`#${kind}`) ?? document.createElement("div"))?.value.trim();
  choose(!typed("reply") && typed("note") ? "note" : "reply");
  if (!location.hash) document.fonts.ready.then(toNewest);
}
