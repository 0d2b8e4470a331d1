// Shows what a push message says, in its own words and no others, and opens the
// page that it leads to. It keeps nothing and fetches nothing.
const root = "/notices";

const read = (data) => {
  try {
    const said = data.json();
    const path = String(said.path);
    const inside = path === root || (path.startsWith(root + "/") && !path.includes(".."));
    return { text: String(said.text), id: String(said.id), path: inside ? path : root };
  } catch {
    return { text: "", id: "istmo", path: root }; // a browser demands that something is shown
  }
};

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("push", (event) => {
  const said = read(event.data);
  event.waitUntil(self.registration.showNotification("istmo", { body: said.text, tag: said.id, data: { path: said.path } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.path));
});
