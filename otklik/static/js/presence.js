// Says that somebody is here: one tab for all, once in a while, and whether any of them was used meanwhile.
// A browser that is shut says nothing, and the desk stops believing it after some minutes.
const EVERY = 45_000;
const [USED, SAID] = ["otklik.used", "otklik.said"];
const form = document.querySelector("[data-beat]");

const when = (key) => Number(localStorage.getItem(key) ?? 0);
const mark = (key) => localStorage.setItem(key, String(Date.now()));

function use() {
  if (Date.now() - when(USED) > 5_000) mark(USED);
}

function say() {
  if (Date.now() - when(SAID) < EVERY) return;
  const active = when(USED) > when(SAID) ? "yes" : "";
  mark(SAID);
  htmx.ajax("POST", form.dataset.beat, { source: form, target: form, swap: "innerMorph", values: { active } });
}

const saying = () =>
  new Promise(() => {
    say();
    setInterval(say, 5_000);
  });

if (form) {
  use();
  for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, use, { passive: true, capture: true });
  // The lock passes on to another tab when this one is closed; without it every tab says so, at most as often.
  addEventListener("load", () => (navigator.locks ? navigator.locks.request("otklik.presence", saying) : saying()));
}
