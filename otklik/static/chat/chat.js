// The page in the frame: what is asked first, writing, and how the talk stands.
import { ask, config, follow, isKnown, leave, remember, send, tell } from "./wire.js";
import { newest, pending, show, toEnd } from "./lines.js";
import { chosen, onRefusal, take } from "./files.js";
import { offer } from "./menu.js";
import { say, standing, wrong } from "./stands.js";

const $ = (id) => document.getElementById(id);
const { words } = config;
let talk = { open: true, answered: true, unread: 0, key: "" };
let where = {};
let isShown = window === window.parent; // in a frame the site's page says when it is
let following = false;
let typed = 0;

function hear(news) {
  const seen = talk.unread;
  talk = { ...talk, ...news };
  show(news.messages, news.key);
  standing(talk);
  if (isShown && !document.hidden && talk.unread) read();
  else if (talk.unread !== seen) tell({ unread: talk.unread });
  if (newest()) tell({ begun: true });
}

function read() {
  talk.unread = 0;
  tell({ unread: 0 });
  if (newest()) send("doing", { read: newest() }).catch(() => {}); // read again with the next message
}

function begin() {
  if (following || !isKnown()) return;
  following = true;
  follow(() => talk.key, hear, (isLost) => isLost ? say("notice", words.offline) : standing(talk));
}

async function introduce() {
  if (isKnown()) return;
  const asked = Object.fromEntries(new FormData($("asks")));
  const said = await send("begin", asked);
  if (asked.email) $("left-email").value = asked.email;
  hear(said.talk);
}

async function write(id, text, files) {
  const line = pending(id, text, files.map((each) => each.name), () => { line.sending(); post(); });
  async function post() {
    try {
      const said = await send("say", { id, text, files, email: $("left-email").value, ...where });
      hear(said.talk);
      begin();
    } catch (fault) {
      if (fault.status === undefined || fault.status >= 500 || fault.status === 429) line.failed();
      else { line.gone(); $("text").value ||= text; take(files); }
      wrong(fault.status === undefined ? words.offline : fault.message, fault.field);
    }
  }
  await post();
}

$("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  const files = chosen();
  if (!text && !files.length) return $("text").focus();
  wrong("");
  try {
    await introduce();
  } catch (fault) {
    return wrong(fault.status === undefined ? words.offline : fault.message, fault.field);
  }
  $("text").value = "";
  take([]);
  typed = 0;
  await write(crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join(""), text, files);
  $("text").focus();
});

$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); $("write").requestSubmit(); }
});
$("text").addEventListener("input", () => {
  if (!isKnown() || Date.now() - typed < 3000) return;
  typed = Date.now();
  send("doing", { typing: "1", ...where }).catch(() => {}); // only a sign: the next key gives another
});
$("asks").addEventListener("submit", (event) => { event.preventDefault(); $("write").requestSubmit(); });
$("close").addEventListener("click", () => tell({ close: true }));
addEventListener("keydown", (event) => { if (event.key === "Escape") tell({ close: true }); });
addEventListener("pagehide", () => talk.key && leave(talk.key));
addEventListener("message", (event) => {
  const said = event.source === window.parent && event.data?.otklik;
  if (!said || said.open === undefined) return;
  where = { page: String(said.page ?? ""), title: String(said.title ?? "") };
  isShown = Boolean(said.open);
  if (isShown) { toEnd(); $("text").focus(); if (talk.unread) read(); }
});

document.documentElement.style.setProperty("--colour", config.colour);
onRefusal(wrong);
offer(hear, say, wrong);
$("close").hidden = window === window.parent;
(async () => {
  await remember();
  const said = await ask("talk").catch((fault) => ({ fault }));
  if (said.fault) say("notice", words.offline);
  say("promise", said.promise ?? "");
  if (said.talk) { $("earlier").hidden = !said.talk.earlier; hear(said.talk); toEnd(); }
  else if (!said.fault) { talk.open = talk.answered = said.open; standing(talk); }
  begin();
  tell({ ready: true });
})();
