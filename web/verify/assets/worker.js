// Keeps the pages at the place, and what they load, for use without a line. It keeps
// nothing else, and forgets all of it when its user signs out.
"use strict";
const kept = "minyi-verify-1";
const place = /^\/verify\/\d{4}-[0-9A-Z]+-(comprehensive|single)$/;
const out = "/verify/out";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("minyi-verify-") && name !== kept) await caches.delete(name);
  await self.clients.claim();
})()));

const keep = async (path, answer) => {
  if (!answer.ok || answer.redirected || answer.type !== "basic") return;
  await (await caches.open(kept)).put(path, answer.clone());
};

// A page comes from the server where there is a line, else as it was kept.
const page = async (request, path) => {
  try {
    const answer = await fetch(request);
    await keep(path, answer);
    return answer;
  } catch (e) {
    const old = await (await caches.open(kept)).match(path);
    if (old) return old;
    throw e;
  }
};

// What carries a digest in its address never changes.
const asset = async (request, path) => {
  const cache = await caches.open(kept), old = await cache.match(path);
  if (old) return old;
  const answer = await fetch(request);
  await keep(path, answer);
  return answer;
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== "GET") return;
  if (url.pathname === out) event.respondWith(caches.delete(kept).then(() => fetch(event.request)));
  else if (event.request.mode === "navigate" && place.test(url.pathname)) event.respondWith(page(event.request, url.pathname));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(event.request, url.pathname));
});

// A page that was opened before the worker was there asks to be kept.
self.addEventListener("message", (event) => {
  const { path, assets } = event.data || {};
  if (!place.test(path || "")) return;
  event.waitUntil((async () => {
    const get = async (address) => keep(address, await fetch(address, { credentials: "same-origin" }));
    try {
      await Promise.all([path, ...assets.filter((a) => a.startsWith("/static/"))].map(get));
      event.source?.postMessage({ kept: path });
    } catch { /* there is no line: the next visit asks again */ }
  })());
});
