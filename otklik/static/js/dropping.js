// Files dropped on a composer or pasted into it, and pictures that come inside pasted text.
import { editorOf, formOf } from "./editor.js";
import { attach, attachPicture, refuse, words } from "./uploads.js";

const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

// The editor takes pictures into the text; everything else, and everything in plain text, goes beside it.
document.addEventListener("trix-file-accept", (event) => {
  const form = formOf(event.target);
  if (form && PICTURES.includes(event.file.type)) return;
  event.preventDefault();
  if (form) attach(form, [event.file]);
});
document.addEventListener("trix-attachment-add", ({ target, attachment }) => {
  const form = formOf(target);
  if (!form) return attachment.remove();
  if (attachment.file) return attachPicture(form, attachment);
  const url = attachment.getAttribute("url") ?? "";
  if (new URL(url, location).pathname.match(/^\/desk\/(tickets|knowledge)\/\d+\/inline\//)) return;
  attachment.remove();
  refuse(form, "", words(form).foreign);
});
// A picture copied from a page comes as itself and as a link to it; the picture is what is meant.
document.addEventListener(
  "paste",
  (event) => {
    const form = formOf(event.target);
    const files = [...(event.clipboardData?.files ?? [])];
    if (!form || !files.length) return;
    const html = new DOMParser().parseFromString(event.clipboardData.getData("text/html"), "text/html");
    if (html.body.textContent.trim() || (!editorOf(form) && event.clipboardData.getData("text/plain"))) return;
    event.preventDefault();
    event.stopPropagation();
    if (editorOf(form)) editorOf(form).editor.insertFiles(files);
    else attach(form, files);
  },
  true,
);
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = formOf(event.target);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    form.toggleAttribute("data-dragging", kind === "dragover");
    if (event.target.closest("trix-editor")) return;
    event.preventDefault();
    if (kind === "drop") attach(form, event.dataTransfer.files);
  });
}
