// Who else is at this ticket: one says that one is here, and what one does; the others are shown as they come and go.
import { formOf } from "./editor.js";

const BEAT = 25000;
const STILL = 8000; // so long after the last key somebody still writes
let doing = "reading";
let still = null;
let beat = null;

const place = () => document.getElementById("together");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;

async function tell() {
  clearTimeout(beat);
  if (document.hidden || !place()) return;
  beat = setTimeout(tell, BEAT);
  show(await ask({ method: "POST", body: new URLSearchParams({ doing, csrfmiddlewaretoken: token() }) }));
}

const ask = (how) => fetch(place().dataset.looking, how).catch(() => null);

async function show(answer) {
  const told = answer?.ok && (await answer.text());
  if (told && place()) place().innerHTML = told;
}

function leave() {
  clearTimeout(beat);
  if (place()) navigator.sendBeacon(place().dataset.looking, new URLSearchParams({ doing: "", csrfmiddlewaretoken: token() }));
}

function set(next) {
  clearTimeout(still);
  if (next !== "reading") still = setTimeout(() => set("reading"), STILL);
  if (next === doing) return;
  doing = next;
  tell();
}

if (place()) {
  for (const kind of ["input", "trix-change"]) {
    document.addEventListener(kind, (event) => {
      const form = formOf(event.target);
      if (form?.contains(document.activeElement)) set(form.dataset.kind);
    });
  }
  for (const kind of ["reply", "note"]) document.addEventListener(`desk:${kind}-sent`, () => set("reading"));
  document.addEventListener("desk:looking", async () => place() && show(await ask({})));
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : tell()));
  addEventListener("pagehide", leave);
  tell();
}
