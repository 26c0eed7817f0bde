// Plain text in place of the editor: by choice, remembered in this browser, or because a draft was typed so.
import { keep, later } from "./drafts.js";
import { areaOf, editorOf, enrich, field, flatten, formOf, isEmpty, kept } from "./editor.js";

const PLAIN = "otklik.plain";

function prefer(plain) {
  if (plain) localStorage.setItem(PLAIN, "");
  else localStorage.removeItem(PLAIN);
}

// A formatted draft is shown so, a plain one stays plain; with an empty page one has one's own habit.
export function begin(form) {
  const isPlain = !kept(form).value && (areaOf(form).value || localStorage.getItem(PLAIN) !== null);
  return isPlain ? null : enrich(form);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-plain]");
  const form = formOf(button);
  if (!form) return;
  const plain = Boolean(editorOf(form));
  if (plain) flatten(form, isEmpty(form) ? "" : ((await keep(form))?.text ?? editorOf(form).editor.getDocument().toString()));
  else await enrich(form);
  button.setAttribute("aria-pressed", plain);
  prefer(plain);
  later(form);
  field(form).focus();
});
