// What is selected in a message goes into the open composer as a quote; by its menu a message is quoted whole.
import { editorOf, escaped, field, insert } from "./editor.js";

const open = () => document.querySelector(`#${document.documentElement.dataset.composer} form[data-draft]`);

function selected(message) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return "";
  const inside = selection.getRangeAt(0).commonAncestorContainer;
  const body = (inside.closest ? inside : inside.parentElement)?.closest(".msg__text")?.closest(".msg");
  return body && (!message || body === message) ? selection.toString().trim() : "";
}

function quote(form, text) {
  field(form).focus();
  if (editorOf(form)) insert(form, { html: `<blockquote>${escaped(text)}</blockquote><div><br></div>` });
  else insert(form, { text: `${text.replace(/^/gm, "> ")}\n\n` });
}

// Quotes what is selected; whether anything was.
export function quoteSelected() {
  const text = open() && selected();
  if (text) quote(open(), text);
  return Boolean(text);
}

// Pressing a menu would let the selection go.
document.addEventListener("mousedown", (event) => event.target.closest(".msg__more") && selected() && event.preventDefault());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-quote]");
  if (!button || !open()) return;
  const message = button.closest(".msg");
  button.closest("details").open = false;
  quote(open(), selected(message) || message.querySelector(".msg__text")?.innerText.trim() || "");
});
