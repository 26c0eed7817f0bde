// Links in the editor: what was typed for an address becomes one, or is refused at once and not when it is sent.
const FOLLOWED = /^(https?:\/\/|mailto:|tel:)\S+$/i;
const MAIL = /^[^\s@/]+@[\p{L}\d.-]+\.\p{L}{2,}$/u;
const SITE = /^[\p{L}\d-]+(\.[\p{L}\d-]+)*\.\p{L}{2,}(:\d+)?([/?#]\S*)?$/u;

// The address that somebody means; "" if nothing can follow it.
export function address(typed) {
  const said = typed.trim();
  if (FOLLOWED.test(said)) return said;
  if (MAIL.test(said)) return `mailto:${said}`;
  return SITE.test(said) ? `https://${said}` : "";
}

function settle(event, input) {
  const meant = address(input.value);
  if (meant) return (input.value = meant);
  event.preventDefault();
  event.stopImmediatePropagation();
  input.setCustomValidity(input.dataset.refused);
  return input.reportValidity();
}

// Before the editor hears of it.
document.addEventListener(
  "click",
  (event) => {
    const dialog = event.target.closest("trix-toolbar [data-trix-method=setAttribute]")?.closest("[data-trix-dialog]");
    if (dialog) settle(event, dialog.querySelector("input"));
  },
  true,
);
document.addEventListener("input", ({ target }) => target.matches("[data-trix-input]") && target.setCustomValidity(""));
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && event.target.matches?.("[data-trix-input]")) settle(event, event.target);
    const letter = event.code?.match(/^Key([A-Z])$/)?.[1].toLowerCase();
    const toolbar = event.target.closest?.("trix-editor")?.toolbarElement;
    if (!toolbar || !letter || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
    // The editor knows its keys by their Latin letters; on another alphabet the place of the key counts.
    const tool = !/^[a-z]$/i.test(event.key) && toolbar.querySelector(`[data-trix-key=${letter}]`);
    if (!tool) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tool.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
  },
  true,
);
// An address pasted over words is where the words lead.
document.addEventListener(
  "paste",
  (event) => {
    const editor = event.target.closest?.("trix-editor")?.editor;
    const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
    if (!editor || !FOLLOWED.test(pasted) || getSelection().isCollapsed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    editor.recordUndoEntry("Link");
    editor.activateAttribute("href", pasted);
  },
  true,
);
