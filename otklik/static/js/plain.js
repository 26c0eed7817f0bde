// Plain text in place of the editor: by choice, remembered in this browser, or because a draft was typed so.
import { keep, later } from "./drafts.js";
import { areaOf, editorOf, enrich, field, flatten, formOf, isEmpty, kept } from "./editor.js";
import { attach } from "./uploads.js";

const PLAIN = "otklik.plain";
const before = new WeakMap(); // what stood there with its look, until the plain text is changed

function prefer(plain) {
  if (plain) localStorage.setItem(PLAIN, "");
  else localStorage.removeItem(PLAIN);
}

// A formatted draft is shown so, a plain one stays plain; with an empty page one has one's own habit.
export function begin(form) {
  const isPlain = !kept(form).value && (areaOf(form).value || localStorage.getItem(PLAIN) !== null);
  return isPlain ? flatten(form, areaOf(form).value) : enrich(form);
}

// Pictures cannot stand in plain text: they go beside it, as files.
async function beside(form, attachments) {
  const shown = attachments.filter((one) => one.isPreviewable() && one.getURL());
  const files = await Promise.all(shown.map(async (one) => {
    const picture = await (await fetch(one.getURL())).blob();
    return new File([picture], one.getFilename() ?? "image", { type: picture.type });
  }));
  return attach(form, files);
}

async function toPlain(form) {
  const [attachments, html] = [editorOf(form).editor.getDocument().getAttachments(), kept(form).value];
  flatten(form, isEmpty(form) ? "" : ((await keep(form))?.text ?? editorOf(form).editor.getDocument().toString()));
  before.set(form, { html, text: areaOf(form).value, rows: beside(form, attachments) });
}

async function toRich(form) {
  const { html, text, rows } = before.get(form) ?? {};
  before.delete(form);
  if (text !== areaOf(form).value) return enrich(form);
  await enrich(form, html);
  for (const row of await rows) row.querySelector("[data-drop]")?.click();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-plain]");
  const form = formOf(button);
  if (!form) return;
  const plain = Boolean(editorOf(form));
  await (plain ? toPlain(form) : toRich(form));
  button.setAttribute("aria-pressed", plain);
  prefer(plain);
  later(form);
  field(form).focus();
});
