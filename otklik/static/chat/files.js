// The files that wait to be sent with the next message: chosen, dropped or pasted.
import { config } from "./wire.js";

const input = document.getElementById("files");
const list = document.getElementById("chosen");
const { words } = config;
let files = [];
let refuse = () => {};

function draw() {
  list.hidden = !files.length;
  list.replaceChildren(...files.map((file, place) => {
    const item = document.createElement("li");
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "small", textContent: "×" });
    remove.setAttribute("aria-label", words.remove.replace("%(it)s", () => file.name));
    remove.onclick = () => { files.splice(place, 1); draw(); input.focus(); };
    item.append(file.name, remove);
    return item;
  }));
}

function add(more) {
  for (const file of more) {
    if (file.size > config.fileMax) refuse(words.tooLarge.replace("%(it)s", () => file.name));
    else if (files.length >= config.filesMax) refuse(words.tooMany);
    else files.push(file);
  }
  draw();
}

export const chosen = () => [...files];
export function take(names) { files = names ?? []; draw(); }
export function onRefusal(told) { refuse = told; }

input.addEventListener("change", () => { add(input.files); input.value = ""; });
document.addEventListener("paste", (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); add(event.clipboardData.files); } });
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
