// Keeps the seizure form and the page of what waits to be sent, without anyone's data, for where there is no network. Nothing else is ever kept.
"use strict";
const SHELL = "cutset-shell-5", FORM = "/seizure/offline", KEPT = "/seizure/kept/offline";
const FILES = [FORM, KEPT, "/static/app.css", "/static/words.js", "/static/app.js", "/static/kept.js", "/static/photographs.js", "/static/pointing.js", "/static/typed.js", "/static/seizure.js", "/static/icon.svg", "/static/vendor/htmx.min.js"];
self.addEventListener("install", (event) =>
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) =>
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const alone = { "/seizure": FORM, "/seizure/kept": KEPT }[url.pathname];
  if (event.request.mode === "navigate" && alone) event.respondWith(fetch(event.request).catch(() => caches.match(alone)));
  else if (url.pathname.startsWith("/static/"))
    event.respondWith(fetch(event.request).catch(() => caches.match(url.pathname)));
});
