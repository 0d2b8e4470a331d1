// Keeps the app on the device. The node serves this file with the list of what
// belongs to it in front (PARTS, and TAG, which names this version). Everything in
// the list is in one store or none of it is; nothing that says anything of people
// ever passes here.
const store = `istmo-screening-${TAG}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(store)
      .then((c) => c.addAll(PARTS.map((part) => new Request(part, { cache: "no-cache", credentials: "omit" }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((n) => n.startsWith("istmo-screening-") && n !== store).map((n) => caches.delete(n))))
      .then(() => self.clients.claim()),
  );
});

// What belongs to the app comes from the device; anything else is none of ours and
// goes to the node.
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  const part = url.pathname === "/screening/app" ? "/screening/app/" : url.pathname;
  if (!PARTS.includes(part)) return;
  event.respondWith(caches.open(store).then(async (c) => (await c.match(part, { ignoreVary: true })) ?? fetch(event.request)));
});
