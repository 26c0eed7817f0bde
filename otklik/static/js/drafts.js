// Drafts: what is typed is kept on the server a moment later, and again when one leaves; another window catches up.
import { areaOf, fill, formOf, forms } from "./editor.js";
import { post, take } from "./tokens.js";

const PAUSE = 700;
const MOST = 5000; // milliseconds after which even somebody who never pauses is kept
const timers = new WeakMap();
const begun = new WeakMap();
const saving = new WeakMap();
const held = new WeakSet();
const known = new WeakMap(); // what was typed when it was kept last
const heard = new WeakMap(); // the text of it, as the server tells it

// Of a form whose other fields are kept too, all of it counts.
const said = (form) => form.hasAttribute("data-whole") ? new URLSearchParams(body(form)).toString() : `${form.elements.text.value}\0${form.elements.html.disabled ? "" : form.elements.html.value}`;
const isDirty = (form) => !held.has(form) && known.has(form) && known.get(form) !== said(form);

function body(form) {
  const all = new FormData(form);
  all.delete("files");
  return all;
}

function stop(form) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  begun.delete(form);
}

// While it is being sent nothing is kept: that would come after, and be a draft of what is sent already.
export function hold(form) {
  stop(form);
  held.add(form);
}

export function release(form) {
  held.delete(form);
  later(form);
}

export function forget(form) {
  stop(form);
  known.set(form, said(form));
  heard.set(form, "");
}

// Keeps what is typed now; answers what the server made of it, or nothing when it could not be reached.
export async function keep(form) {
  stop(form);
  const now = said(form);
  const kept = send(form, now);
  saving.set(form, kept);
  const answer = await kept;
  if (saving.get(form) === kept) saving.delete(form);
  return answer;
}

async function send(form, now) {
  await saving.get(form);
  const saved = form.querySelector("[data-saved]");
  try {
    const told = await post(form, body);
    known.set(form, now);
    heard.set(form, told.text);
    saved.textContent = told.said;
    return told;
  } catch (trouble) {
    saved.textContent = trouble.why ?? saved.dataset.lost;
    timers.set(form, setTimeout(() => keep(form), 5 * MOST));
    return null;
  }
}

export const settled = (form) => saving.get(form);

export function later(form) {
  if (!isDirty(form)) return;
  if (!begun.has(form)) begun.set(form, Date.now());
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), Math.max(0, Math.min(PAUSE, begun.get(form) + MOST - Date.now()))));
}

// A window that stood aside takes up what its owner has typed in another one, if nothing new was typed here.
async function catchUp(form) {
  if (isDirty(form) || saving.has(form)) return;
  const answer = await fetch(`${form.dataset.draft}?kind=${form.dataset.kind}`).catch(() => null);
  if (!answer?.ok) return;
  const { text, html, token } = await answer.json();
  take(token);
  if (isDirty(form) || text === heard.get(form)) return;
  heard.set(form, text);
  await fill(form, { text, html });
  known.set(form, said(form));
}

export function watch(form) {
  known.set(form, said(form));
  if (!heard.has(form)) heard.set(form, areaOf(form).defaultValue);
}
document.addEventListener("trix-initialize", ({ target }) => formOf(target) && watch(formOf(target)));
for (const kind of ["input", "trix-change"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target);
    if (form && (kind === "trix-change" || event.target.name === "text" || form.hasAttribute("data-whole"))) later(form);
  });
}
addEventListener("pagehide", () => {
  for (const form of forms()) if (isDirty(form)) navigator.sendBeacon(form.dataset.draft, body(form));
});
document.addEventListener("visibilitychange", () => {
  for (const form of forms()) {
    if (isDirty(form)) keep(form);
    else if (!document.hidden) catchUp(form);
  }
});
