// The text of a composer: formatted in Trix, or plain as it is typed. Whoever needs to know what it says asks here.
export const forms = () => [...document.querySelectorAll("form[data-draft]")];
export const formOf = (element) => element?.closest?.("form[data-draft]");
export const areaOf = (form) => form.querySelector("textarea[name=text]");
export const editorOf = (form) => form.querySelector("trix-editor");
export const field = (form) => editorOf(form) ?? areaOf(form);
export const kept = (form) => form.querySelector("[name=html]");

export function isEmpty(form) {
  const editor = editorOf(form);
  return editor ? !editor.editor.getDocument().toString().trim() : !areaOf(form).value.trim();
}

export function escaped(text) {
  const box = document.createElement("div");
  box.textContent = text;
  return box.innerHTML.replace(/\r?\n/g, "<br>");
}

// What the form says becomes this, and nothing of what it said before stays.
export async function fill(form, { text = "", html = "" } = {}) {
  const editor = editorOf(form);
  if (editor) {
    editor.editor.loadHTML(html || escaped(text));
    if (document.activeElement === editor) toEnd(editor);
  } else areaOf(form).value = text;
  if (!editor && html) await enrich(form, html);
}

export function insert(form, { text = "", html = "" }) {
  const editor = editorOf(form)?.editor;
  // Either can be undone by itself.
  editor?.recordUndoEntry("Insert");
  if (editor) return editor.insertHTML(html || escaped(text));
  areaOf(form).focus();
  return document.execCommand("insertText", false, text);
}

export async function enrich(form, html = "") {
  if (!customElements.get("trix-editor")) await load();
  const [area, toolbar] = [areaOf(form), form.querySelector("trix-toolbar")];
  if (editorOf(form)) return;
  const editor = document.createElement("trix-editor");
  editor.className = "write__text rich";
  editor.setAttribute("aria-label", area.getAttribute("aria-label"));
  editor.setAttribute("aria-multiline", "true");
  editor.setAttribute("placeholder", area.placeholder);
  editor.setAttribute("toolbar", toolbar.id);
  editor.setAttribute("input", kept(form).id);
  // What somebody typed while the editor was on its way is theirs.
  const typed = area.value !== area.defaultValue ? escaped(area.value) : "";
  kept(form).disabled = false;
  kept(form).value = html || typed || kept(form).value || escaped(area.value);
  const focused = document.activeElement === area;
  const ready = new Promise((done) => editor.addEventListener("trix-initialize", done, { once: true }));
  area.before(editor);
  area.hidden = area.disabled = true;
  delete toolbar.dataset.off;
  toolbar.querySelector("button").tabIndex = 0;
  tell.observe(toolbar, { subtree: true, attributeFilter: ["data-trix-active"] });
  await ready;
  if (!focused) return;
  editor.focus();
  toEnd(editor);
}

const toEnd = ({ editor }) => editor.setSelectedRange([...editor.getDocument().toString()].length - 1);

async function load() {
  const { default: trix } = await import(document.querySelector("[data-trix]").dataset.trix);
  trix.config.attachments.preview.caption = { name: false, size: false };
  const words = document.querySelector("[data-write] [data-words]").dataset;
  Object.assign(trix.config.lang, { captionPlaceholder: words.caption, remove: words.remove });
}

export function flatten(form, text) {
  editorOf(form)?.remove();
  const [area, toolbar] = [areaOf(form), form.querySelector("trix-toolbar")];
  kept(form).value = "";
  kept(form).disabled = true;
  toolbar.dataset.off = "plain";
  area.value = text;
  area.hidden = area.disabled = false;
}

// Trix draws with the next frame. On a busy machine the next key comes before that: it would be written into what stood
// there, and what is sent would lack it. So what is typed is drawn, and fills the field, before anything else happens.
document.addEventListener("input", ({ target }) => {
  if (target.matches("trix-editor")) target.editorController?.inputController.render();
});

// The tools say whether they are on, and are walked by arrows.
const tell = new MutationObserver((changes) => {
  for (const { target } of changes) target.setAttribute("aria-pressed", target.hasAttribute("data-trix-active"));
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.code];
  const tool = event.target.closest?.("trix-toolbar [data-trix-attribute]");
  if (!step || !tool) return;
  const tools = [...tool.closest("trix-toolbar").querySelectorAll("button[data-trix-attribute]")];
  const next = tools[(tools.indexOf(tool) + step + tools.length) % tools.length];
  tool.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

// Elsewhere than on a ticket a text is written with the editor too.
for (const form of document.querySelectorAll("form[data-written]")) enrich(form);
