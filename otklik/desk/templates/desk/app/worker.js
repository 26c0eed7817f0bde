{% load static %}// The worker of the desk. It keeps one page, for when there is no network, and never a ticket; and shows notices.
const OFFLINE = "{% url "desk:offline" %}";
const KEPT = "offline-1";

self.addEventListener("install", (event) =>
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(new Request(OFFLINE, { cache: "reload" })))));

self.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([forgetOthers(), self.registration.navigationPreload?.enable(), self.clients.claim()])));

async function forgetOthers() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
}

// What is sent by a form is left to the browser, which can send it again.
self.addEventListener("fetch", (event) => {
  if (event.request.destination === "document" && event.request.method === "GET") event.respondWith(opened(event));
});

async function opened(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

self.addEventListener("push", (event) => {
  const told = event.data?.json();
  if (told) event.waitUntil(self.registration.showNotification(told.title, {
    body: told.body, tag: told.tag, renotify: true, icon: "{% static "icons/192.png" %}", data: told.url,
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(goTo(new URL(event.notification.data, self.location.origin).href));
});

async function goTo(url) {
  const open = await self.clients.matchAll({ type: "window" });
  const there = open.find((window) => window.url === url);
  return there ? there.focus() : self.clients.openWindow(url);
}
