// The messages as they stand in the log: each once, in their order, whichever way and however often it comes.
import { config, fileAddress } from "./wire.js";

const list = document.getElementById("lines");
const log = document.getElementById("log");
const { words } = config;
const clock = new Intl.DateTimeFormat(config.language, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(config.language, { day: "numeric", month: "long" });
let key = "";

const made = (tag, name, text) => {
  const one = document.createElement(tag);
  if (name) one.className = name;
  if (text !== undefined) one.textContent = text;
  return one;
};

const sized = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function file(each) {
  const link = made("a", each.picture ? "picture" : "file");
  link.dataset.file = each.id;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (each.picture) {
    const image = made("img");
    image.loading = "lazy";
    image.alt = words.picture.replace("%(it)s", () => each.name);
    image.src = fileAddress(each.id, key);
    image.onerror = () => link.replaceChildren(each.name);
    link.append(image);
  } else link.textContent = `${each.name}, ${sized(each.size)}`;
  return link;
}

function foot(message) {
  const at = new Date(message.at);
  const when = at.toDateString() === new Date().toDateString() ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
  const marks = [when];
  if (message.changed) marks.push(words.changed);
  return made("p", "foot", marks.join(" · "));
}

function filled(line, message) {
  line.className = message.mine ? "line line--mine" : "line";
  line.dataset.id = message.id;
  const who = message.mine ? words.you : message.who || words.us;
  const said = made("div", "said");
  said.innerHTML = message.html; // made and cleaned by the server; no script runs on this page but ours
  for (const link of said.querySelectorAll("a")) link.target = "_blank";
  line.replaceChildren(made("p", message.mine ? "unseen" : "who", who), said, ...message.files.map(file), foot(message));
}

// A message of one's own that is on its way: it is replaced when the server tells it.
export function pending(id, text, names, again) {
  const line = made("li", "line line--mine line--pending");
  line.dataset.sent = id;
  const state = made("button", "small", words.sending);
  state.type = "button";
  state.disabled = true;
  state.addEventListener("click", again);
  line.append(made("div", "said", [text, ...names].filter(Boolean).join("\n")), state);
  list.append(line);
  toEnd();
  return {
    failed: () => { state.textContent = words.failed; state.disabled = false; },
    sending: () => { state.textContent = words.sending; state.disabled = true; },
    gone: () => line.remove(),
  };
}

export function show(messages, newKey) {
  key = newKey || key;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  let fresh = false;
  for (const message of messages) {
    const known = list.querySelector(`[data-id="${message.id}"]`) ?? (message.sent && list.querySelector(`[data-sent="${CSS.escape(message.sent)}"]`));
    const line = known || made("li");
    if (!known) {
      const after = [...list.children].find((each) => Number(each.dataset.id) > message.id);
      list.insertBefore(line, after ?? null);
      fresh = true;
    }
    if (line.dataset.as === JSON.stringify(message)) continue;
    line.dataset.as = JSON.stringify(message);
    delete line.dataset.sent;
    filled(line, message);
  }
  if (fresh && atEnd) toEnd();
}

export const toEnd = () => log.scrollTo({ top: log.scrollHeight });
export const oldest = () => Number(list.querySelector("[data-id]")?.dataset.id ?? 0);
export const newest = () => Math.max(0, ...[...list.querySelectorAll("[data-id]")].map((each) => Number(each.dataset.id)));

// The short pass in an address ends after an hour: each click gets the newest one.
list.addEventListener("click", (event) => {
  const link = event.target.closest("[data-file]");
  if (link) link.href = fileAddress(link.dataset.file, key, link.className === "file" ? { save: "1" } : {});
});
list.addEventListener("focusin", (event) => { if (event.target.dataset.file) event.target.href = fileAddress(event.target.dataset.file, key); });
