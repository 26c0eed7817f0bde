// What comes from Word, Outlook, Google Docs or a page, made into what the editor knows: their looks are written in
// styles, which mean nothing here, and Word writes its lists as paragraphs with a sign before each.
import { formOf } from "./editor.js";
import { refuse, words } from "./uploads.js";

const OURS = /^\/desk\/(tickets|knowledge)\/\d+\/inline\//;
const BOLD = /font-weight:\s*(bold|[6-9]00)/i;
const LOOKS = [
  [BOLD, "strong"],
  [/font-style:\s*italic/i, "em"],
  [/text-decoration[^;]*line-through/i, "del"],
];

// Read without being shown: nothing in it is fetched, run or laid out.
function read(html) {
  const quiet = html.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));
  return new DOMParser().parseFromString(quiet, "text/html").body;
}

function wrap(element, name) {
  const look = element.ownerDocument.createElement(name);
  look.append(...element.childNodes);
  element.append(look);
}

// Google Docs puts everything into a <b> that is not bold.
function keepLooks(body) {
  for (const element of body.querySelectorAll("[data-style]")) {
    const { style } = element.dataset;
    if (element.matches("b, strong") && /font-weight:\s*(normal|[1-5]00)/i.test(style)) element.replaceWith(...element.childNodes);
    else if (element.matches("span")) for (const [sign, name] of LOOKS) if (sign.test(style)) wrap(element, name);
  }
}

const levelOf = (paragraph) => Number(paragraph.dataset.style?.match(/mso-list:\s*\S+\s+level(\d)/i)?.[1] ?? 0);

function makeLists(body) {
  let open = []; // the lists that are open, the innermost last
  for (const paragraph of [...body.querySelectorAll("p, li, h1, h2, h3, table")]) {
    const level = paragraph.matches("p") ? levelOf(paragraph) : 0;
    if (!level) {
      open = [];
      continue;
    }
    const sign = paragraph.querySelector("[data-style*='mso-list:Ignore' i]");
    const kind = /^\s*[\p{L}\d]{1,5}[.)]/u.test(sign?.textContent ?? "") ? "ol" : "ul";
    sign?.remove();
    open.length = Math.min(open.length, level);
    if (open.length < level) open.push(begin(body, open.at(-1), kind, paragraph));
    const item = body.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    open.at(-1).append(item);
    paragraph.remove();
  }
}

function begin(body, outer, kind, paragraph) {
  const list = body.ownerDocument.createElement(kind);
  if (outer) outer.lastElementChild.append(list);
  else paragraph.before(list);
  return list;
}

// Whether all pictures could be taken along.
function dropForeign(body) {
  const foreign = [...body.querySelectorAll("img")].filter((picture) => !OURS.test(new URL(picture.getAttribute("src") ?? "", location).pathname));
  for (const picture of foreign) picture.remove();
  return !foreign.length;
}

// Before the browser lays out what was copied, styles and all.
document.addEventListener(
  "paste",
  (event) => {
    const editor = event.target.closest?.("trix-editor")?.editor;
    const html = event.clipboardData?.getData("text/html");
    if (!editor || !html || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    const body = read(html);
    keepLooks(body);
    makeLists(body);
    const form = formOf(event.target);
    if (!dropForeign(body) && form) refuse(form, "", words(form).foreign);
    editor.recordUndoEntry("Paste");
    editor.insertHTML(body.innerHTML);
  },
  true,
);
