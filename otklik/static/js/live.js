// Live updates: the stream says which tickets changed; a page that shows one of them fetches its part again.
// A hidden tab lets go of its connection (a browser grants only six to one address) and asks later for what it missed.
const DELAY = 300;
const url = document.body.dataset.liveUrl;
let source = null;
let position = "";
let waiting = null;

function refresh() {
  waiting = null;
  for (const part of document.querySelectorAll("[data-live-part][data-stale]")) {
    delete part.dataset.stale;
    htmx.ajax("GET", part.dataset.url ?? location.pathname + location.search, { target: part, swap: "innerMorph ignoreTitle:true" });
  }
  const menu = document.querySelector("[data-menu-url]");
  if (menu) htmx.ajax("GET", menu.dataset.menuUrl, { target: menu, swap: "innerMorph" });
}

// What somebody was told stays until they do the next thing: a page that is made anew by itself does not take it away.
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const told = document.getElementById("flashes");
  const fresh = detail.ctx.request.method === "GET" && detail.tasks.map(({ fragment }) => fragment.querySelector("#flashes")).find(Boolean);
  if (fresh && !fresh.childElementCount) fresh.replaceWith(told.cloneNode(true));
});

function concerns(part, tickets) {
  return part.dataset.ticket ? tickets.includes(Number(part.dataset.ticket)) : tickets.length > 0;
}

function hear(event) {
  if (event.lastEventId) position = event.lastEventId;
  const { tickets = [], looking } = JSON.parse(event.data);
  if (looking) document.dispatchEvent(new Event("desk:looking"));
  for (const part of document.querySelectorAll("[data-live-part]")) {
    if (concerns(part, tickets)) part.dataset.stale = "";
  }
  if (tickets.length && !waiting) waiting = setTimeout(refresh, DELAY);
}

function listen() {
  if (source || document.hidden) return;
  const wanted = new URLSearchParams({ after: position, ticket: document.querySelector("[data-ticket]")?.dataset.ticket ?? "" });
  source = new EventSource(`${url}?${wanted}`);
  source.onmessage = hear;
  source.onopen = () => (document.body.dataset.live = "on");
  source.onerror = () => (document.body.dataset.live = "off");
}

function letGo() {
  source?.close();
  source = null;
}

if (url) {
  addEventListener("load", listen);
  document.addEventListener("visibilitychange", () => (document.hidden ? letGo() : listen()));
  addEventListener("pagehide", letGo);
  addEventListener("pageshow", listen);
  document.addEventListener("desk:stale", refresh);
}
