// Suggestions while one writes: canned replies behind / and ::, articles behind ??, colleagues behind @.
import { close, isOpen, show } from "./choices.js";
import { areaOf, editorOf, field, formOf, insert } from "./editor.js";
import { give } from "./knowledge.js";
import { add, refuse } from "./uploads.js";

const SOURCES = [
  { sign: /(?:^|\s)((?:\/|::)([^\n/:]{0,40}))$/u, url: (form) => form.dataset.canned, take: takeCanned },
  // What was typed counts, not which keys: ?? is Shift and 7 on a Russian keyboard.
  { sign: /(?:^|\s)(\?\?([^\n?]{0,60}))$/u, url: (form) => form.dataset.articles, take: takeArticle },
  { sign: /(?:^|[\s(])(@([^\n@]{0,40}))$/u, url: (form) => form.dataset.mentions, take: takeMention },
];
const DELAY = 80;
let timer = null;
let closed = ""; // what Escape was pressed at: it does not open again by itself

const listOf = (form) => document.getElementById(`${form.dataset.kind}-choices`);

// What stands before the caret, in the signs that the field counts in.
function before(form) {
  const editor = editorOf(form)?.editor;
  if (!editor) return [...areaOf(form).value.slice(0, areaOf(form).selectionStart)];
  return [...editor.getDocument().toString()].slice(0, editor.getPosition());
}

const lineOf = (form) => before(form).join("").split("\n").at(-1);

async function look(form) {
  const line = lineOf(form);
  const source = SOURCES.find((one) => one.url(form) && one.sign.test(line));
  if (!source) {
    closed = "";
    if (isOpen(field(form))) close();
    return;
  }
  const [, whole, typed] = line.match(source.sign);
  if (closed && whole.startsWith(closed)) return;
  const list = listOf(form);
  list.ariaBusy = true;
  const answer = await fetch(`${source.url(form)}?kind=${form.dataset.kind}&text=${encodeURIComponent(typed)}`).catch(() => null);
  list.ariaBusy = false;
  if (!answer?.ok || lineOf(form) !== line) return;
  list.innerHTML = await answer.text();
  const none = !list.querySelector("[role=option]");
  if (none && (typed.includes(" ") || source.take === takeMention)) return close();
  show(field(form), list, {
    take: (choice, event) => source.take(form, source.sign, choice, event),
    leave: () => (closed = whole),
  });
}

// What was typed to find it is replaced by it; it may be more by now than what the list was made for.
function replace(form, sign, by) {
  const [, whole] = lineOf(form).match(sign) ?? ["", ""];
  const length = [...whole].length;
  const editor = editorOf(form)?.editor;
  if (editor) editor.setSelectedRange([editor.getPosition() - length, editor.getPosition()]);
  else areaOf(form).setSelectionRange(areaOf(form).selectionStart - whole.length, areaOf(form).selectionStart);
  insert(form, by);
}

async function takeCanned(form, sign, choice) {
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "kind"]) body.append(name, form.elements[name].value);
  const answer = await fetch(choice.dataset.url, { method: "POST", body }).catch(() => null);
  const said = answer && (await answer.json().catch(() => null));
  if (said?.html) replace(form, sign, said);
  for (const row of said?.rows ?? []) add(form, row);
  if (said?.why) refuse(form, "", said.why);
}

// Enter gives the link, with Shift the text of the article.
async function takeArticle(form, sign, choice, event) {
  const said = await give(form, choice.dataset.url, event.shiftKey ? "text" : "link");
  if (said?.html) replace(form, sign, said);
}

function takeMention(form, sign, choice) {
  replace(form, sign, { text: `@${choice.dataset.name} ` });
}

for (const kind of ["input", "trix-change", "trix-selection-change"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target);
    clearTimeout(timer);
    if (form && field(form).contains(event.target)) timer = setTimeout(() => look(form), DELAY);
  });
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-suggest]");
  if (!button) return;
  const form = formOf(button);
  field(form).focus();
  insert(form, { text: `${/\S$/u.test(before(form).join("")) ? " " : ""}${button.dataset.suggest}` });
});
