// Files go up as they are dropped, attached or pasted, each with its progress; what is refused says why.
import { formOf, forms } from "./editor.js";

const going = new WeakMap();

export const words = (form) => form.querySelector("[data-words]").dataset;
const list = (form) => form.querySelector("[data-files]");

// Resolves when nothing is on its way: to whether all that was on its way has arrived.
export const arrived = async (form) => (await Promise.all(going.get(form) ?? [])).every(Boolean);
export const isUploading = (form) => Boolean(going.get(form)?.size);

function row(form, kind, name) {
  const made = form.querySelector(`template[data-${kind}]`).content.firstElementChild.cloneNode(true);
  made.querySelector(".upload__name").textContent = name;
  return made;
}

export const add = (form, row) => list(form).insertAdjacentHTML("beforeend", row);

export function refuse(form, name, why) {
  const made = row(form, "refused", name);
  made.querySelector(".upload__why").textContent = why;
  list(form).append(made);
}

// One request; resolves to the server's answer, or to {why}.
function send(form, file, shown, { progress, abort }) {
  if (file.size > Number(words(form).most)) return Promise.resolve({ why: words(form).tooLarge });
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "kind"]) body.append(name, form.elements[name].value);
  if (shown) body.append("shown", "1");
  body.append("file", file, file.name);
  const request = new XMLHttpRequest();
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => progress((100 * event.loaded) / event.total));
  abort?.(() => request.abort());
  return new Promise((done) => {
    request.onload = () => done(request.response ?? { why: words(form)[request.status === 413 ? "tooLarge" : "noConnection"] });
    request.onerror = () => done({ why: words(form).noConnection });
    request.onabort = () => done({});
    request.open("POST", form.dataset.upload);
    request.send(body);
  });
}

function track(form, work) {
  if (!going.has(form)) going.set(form, new Set());
  going.get(form).add(work);
  work.finally(() => going.get(form).delete(work));
  return work;
}

async function upload(form, file) {
  const made = row(form, "uploading", file.name);
  list(form).append(made);
  const answer = await send(form, file, false, {
    progress: (percent) => (made.querySelector("progress").value = percent),
    abort: (stop) => made.addEventListener("upload:stop", stop),
  });
  made.remove();
  if (answer.row) add(form, answer.row);
  if (answer.why) refuse(form, file.name, answer.why);
  return answer.row ? list(form).lastElementChild : !answer.why;
}

export function attachPicture(form, attachment) {
  track(form, uploadPicture(form, attachment));
}

async function uploadPicture(form, attachment) {
  const { file } = attachment;
  const answer = await send(form, file, true, { progress: (percent) => attachment.setUploadProgress(percent) });
  if (answer.url) attachment.setAttributes({ url: answer.url });
  else attachment.remove();
  if (answer.why) refuse(form, file.name, answer.why);
  return Boolean(answer.url);
}

// Resolves to the rows of the files that arrived, in their order.
export async function attach(form, files) {
  const rows = await Promise.all([...files].map((file) => track(form, upload(form, file))));
  return rows.filter((row) => row instanceof Element);
}

addEventListener("beforeunload", (event) => {
  if (forms().some(isUploading)) event.preventDefault();
});
document.addEventListener("change", (event) => {
  const form = formOf(event.target);
  if (!form || event.target.name !== "files") return;
  attach(form, event.target.files);
  event.target.value = "";
});
document.addEventListener("click", (event) => {
  const form = formOf(event.target);
  const button = form && event.target.closest("[data-drop], [data-dismiss]");
  if (!button) return;
  const made = button.closest("li");
  const next = made.nextElementSibling?.querySelector("button") ?? form.querySelector(".write__attach input");
  if (button.matches("[data-drop]")) {
    event.preventDefault();
    fetch(button.formAction, { method: "POST", body: new FormData(form) });
  }
  made.dispatchEvent(new Event("upload:stop"));
  made.remove();
  next.focus();
});
