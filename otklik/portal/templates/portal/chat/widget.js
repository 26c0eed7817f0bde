// Otklik chat: a button on this page, and behind it a frame of ours. The page's own scripts and styles reach neither.
(() => {
  const config = {{ config|safe }};
  const begun = `otklik-chat:${config.slug}`; // that there is a talk; and the pass, for browsers that let the frame keep nothing
  const language = /^(ru|en)/.test(document.documentElement.lang) ? document.documentElement.lang.slice(0, 2) : config.language;
  const words = config.words[language];
  if (document.getElementById("otklik-chat")) return;
  const host = document.createElement("div");
  host.id = "otklik-chat";
  const root = host.attachShadow({ mode: "open" });
  // By script and not by a <style>, which the site's own policy may forbid.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; position: fixed; z-index: 2147483000; inset-block-end: 16px; ${config.side === "left" ? "inset-inline-start" : "inset-inline-end"}: 16px; }
    button { position: relative; inline-size: 60px; block-size: 60px; border: 2px solid transparent; border-radius: 50%; background: ${config.colour}; color: #fff; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 0.25); display: grid; place-items: center; padding: 0; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #111; }
    svg { inline-size: 28px; block-size: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    b { position: absolute; inset-block-start: -4px; inset-inline-end: -4px; min-inline-size: 22px; block-size: 22px; border-radius: 11px; background: #b3261e; color: #fff; font: 700 13px/22px system-ui, sans-serif; text-align: center; }
    iframe { position: fixed; inset-block-end: 88px; ${config.side === "left" ? "inset-inline-start" : "inset-inline-end"}: 16px; inline-size: 380px; block-size: min(620px, calc(100dvh - 104px)); border: 0; border-radius: 14px; box-shadow: 0 8px 40px rgb(0 0 0 / 0.3); background: Canvas; color-scheme: light dark; }
    [hidden] { display: none; }
    @media (max-width: 480px) { iframe { inset: 0; inline-size: 100%; block-size: 100dvh; border-radius: 0; } .open button { display: none; } }
    @media (forced-colors: active) { button { border-color: ButtonText; } }
  `);
  root.adoptedStyleSheets = [sheet];
  const place = document.createElement("div");
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M21 12a8 8 0 0 1-11.6 7.1L4 21l1.9-5.4A8 8 0 1 1 21 12z"/></svg><b hidden></b>';
  const count = button.querySelector("b");
  place.append(button);
  root.append(place);
  let frame = null;
  let unread = 0;
  let isReady = false; // the frame has said that it listens

  // Where the site's page may keep nothing either, the talk goes on until it is left.
  const kept = () => { try { return localStorage.getItem(begun) ?? ""; } catch { return ""; } };
  const keep = (what) => { try { localStorage.setItem(begun, what); } catch { /* as above */ } };
  const isOpen = () => Boolean(frame && !frame.hidden);
  const tell = (said) => isReady && frame.contentWindow.postMessage({ otklik: said }, config.origin);
  const page = () => ({ page: location.origin + location.pathname, title: document.title });

  function label() {
    count.hidden = !unread || isOpen();
    count.textContent = unread > 99 ? "99+" : unread;
    button.setAttribute("aria-label", isOpen() ? words.close : unread ? words.unread.replace("%(it)s", () => unread) : words.open);
    button.setAttribute("aria-expanded", String(isOpen()));
    place.className = isOpen() ? "open" : "";
  }

  function load() {
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.hidden = true;
    frame.allow = "";
    frame.src = `${config.frame}?lang=${language}`;
    place.prepend(frame);
  }

  function show(open) {
    if (open && !frame) load();
    frame.hidden = !open;
    label();
    tell({ open, ...page() });
    if (open) frame.focus();
    else button.focus();
  }

  addEventListener("message", (event) => {
    if (event.source !== frame?.contentWindow || event.origin !== config.origin || !event.data?.otklik) return;
    const said = event.data.otklik;
    if (said.ready) { isReady = true; tell({ open: isOpen(), ...page() }); }
    if (said.wants) { isReady = true; tell({ pass: kept().replace(/^1$/, "") }); }
    if (typeof said.keep === "string") keep(said.keep);
    if (said.close) show(false);
    if (typeof said.unread === "number") { unread = said.unread; label(); }
    if (said.begun && !kept()) keep("1");
  });
  button.addEventListener("click", () => show(!isOpen()));
  addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen()) show(false); });
  label();
  document.body ? document.body.append(host) : addEventListener("DOMContentLoaded", () => document.body.append(host));
  if (kept()) load();
})();
