// Keeps the seizure form, without anyone's data, for where there is no network. Nothing else is ever kept.
"use strict";
const SHELL = "cutset-shell-2", FORM = "/seizure/offline";
const FILES = [FORM, "/static/app.css", "/static/app.js", "/static/photographs.js", "/static/seizure.js", "/static/icon.svg", "/static/vendor/htmx.min.js"];
self.addEventListener("install", (event) =>
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) =>
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELL).map((name) => caches.delete(name)))).then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === "/seizure")
    event.respondWith(fetch(event.request).catch(() => caches.match(FORM)));
  else if (url.pathname.startsWith("/static/"))
    event.respondWith(fetch(event.request).catch(() => caches.match(url.pathname)));
});
