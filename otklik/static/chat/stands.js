// How the talk stands, in words: who is there, where the answer comes, what is wrong.
import { config, isKnown } from "./wire.js";
import { newest } from "./lines.js";

const $ = (id) => document.getElementById(id);
const { words } = config;

export const say = (id, text) => { $(id).textContent = text; $(id).hidden = !text; };

export function wrong(text, field = "") {
  say("wrong", text);
  for (const each of document.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  const about = field && ($(`ask-${field}`)?.offsetParent ? $(`ask-${field}`) : field === "email" ? $("left-email") : null);
  if (about?.offsetParent) { about.setAttribute("aria-invalid", "true"); about.setAttribute("aria-describedby", "wrong"); about.focus(); }
}

export function standing(talk) {
  const { open, answered, by_mail: byMail, ended, blocked } = talk;
  say("notice", blocked ? words.blocked : byMail ? words.byMail.replace("%(it)s", () => byMail) : !answered ? closed(talk) : ended ? words.ended : "");
  say("typing", talk.typing ? words.typing.replace("%(it)s", () => talk.typing) : "");
  $("asks").hidden = isKnown();
  $("promise").hidden = answered === false || !$("promise").textContent;
  needsEmail(answered === false);
  $("left").hidden = answered !== false || Boolean($("ask-email") && !isKnown());
  if (!$("left-email").value && talk.email) $("left-email").value = talk.email;
  if (!$("transcript-email").value && talk.email) $("transcript-email").value = talk.email;
  $("more").hidden = !newest();
  $("end").hidden = Boolean(ended);
  $("write").hidden = Boolean(blocked);
  document.body.dataset.open = open;
}

/** Nobody is there: what to do about it, or, once something was left, where the answer comes. */
const closed = ({ email }) => email && newest() ? words.left.replace("%(it)s", () => email) : words.closed;

/** Where nobody is there the answer goes by mail, so an address is no longer left to the visitor. */
function needsEmail(isNeeded) {
  const field = $("ask-email");
  if (!field || config.asked.email === "required") return;
  field.setAttribute("aria-required", isNeeded);
  field.labels[0].querySelector(".faint").hidden = isNeeded;
}
