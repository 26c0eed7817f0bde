// What the page says to the server and hears of it. The pass stays in this frame's own storage, which no other site
// reads; a browser that grants a frame none lets the page around it keep the pass.
export const config = JSON.parse(document.getElementById("config").textContent);
const PLACE = `otklik-chat:${config.slug}`;
const RETRY = 3000;
const POLL = 20000; // hidden, or where no stream gets through
const PATIENCE = 1500;
let pass = "";
let isOurs = true; // whether this frame may keep anything

export const isKnown = () => pass !== "";

export const tell = (said) => window.parent !== window && window.parent.postMessage({ otklik: said }, "*");

function keep(given) {
  if (given === undefined || given === pass) return;
  pass = given;
  if (isOurs) localStorage.setItem(PLACE, pass);
  else tell({ keep: pass });
}

export async function remember() {
  try {
    pass = localStorage.getItem(PLACE) ?? "";
  } catch {
    isOurs = false;
    pass = window.parent === window ? "" : await handed();
  }
}

const handed = () => new Promise((done) => {
  addEventListener("message", (event) => {
    if (event.source === window.parent && typeof event.data?.otklik?.pass === "string") done(event.data.otklik.pass);
  });
  setTimeout(done, PATIENCE, "");
  tell({ wants: true });
});

const address = (name, more = {}) => `${config.urls[name]}?${new URLSearchParams({ lang: config.language, ...more })}`;

export const fileAddress = (id, key, more = {}) => config.urls.file.replace(/0\/$/, `${id}/?${new URLSearchParams({ key, ...more })}`);

async function answered(response) {
  const said = response.status === 204 ? {} : await response.json();
  if (response.status === 401) keep("");
  if (!response.ok) throw Object.assign(new Error(said.error), said, { status: response.status });
  keep(said.pass);
  return said;
}

const headers = () => (pass ? { "X-Chat-Pass": pass } : {});

export const ask = async (name, more) => answered(await fetch(address(name, more), { headers: headers(), credentials: "omit" }));

export async function send(name, said) {
  const body = new FormData();
  for (const [key, value] of Object.entries(said)) for (const each of [value].flat()) body.append(key, each);
  return answered(await fetch(address(name), { method: "POST", headers: headers(), body, credentials: "omit" }));
}

// For when the page is left: no header can be set then, so the short pass goes along.
export const leave = (key) => navigator.sendBeacon(address("doing"), new URLSearchParams({ key, gone: "1" }));

// Follows the talk: by the stream while the page is seen, else by asking now and then. `key` says the newest short pass.
export function follow(key, hear, lost) {
  let source = null;
  let timer = null;

  async function look() {
    clearTimeout(timer);
    try {
      const said = await ask("talk");
      if (said.talk) hear(said.talk);
      lost(false);
      if (!document.hidden && !source) return open();
    } catch {
      lost(true);
    }
    if (!source) timer = setTimeout(look, document.hidden ? POLL : RETRY);
  }

  function open() {
    source = new EventSource(address("stream", { key: key() }));
    source.onmessage = (event) => hear(JSON.parse(event.data));
    source.onopen = () => lost(false);
    source.onerror = () => {
      const was = source;
      source = null;
      was.close();
      timer = setTimeout(look, RETRY + Math.random() * RETRY);
    };
  }

  function turn() {
    clearTimeout(timer);
    if (document.hidden && source) {
      source.close();
      source = null;
    }
    timer = setTimeout(look, document.hidden ? POLL : 0);
  }

  document.addEventListener("visibilitychange", turn);
  look();
}
