// Signs this browser up for push messages when the form for it is sent: asks its
// owner, asks its push service, and sends the answer along as fields of the form.
const input = document.querySelector("input[data-push-key]");
const show = (name, shown) => {
  const part = document.querySelector(`[data-push-${name}]`);
  if (part) part.hidden = !shown;
};
const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
show("able", able);
show("unable", !able);

const bytes = (base64url) => Uint8Array.from(atob(base64url.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const active = async () => {
  const registration = await navigator.serviceWorker.register("/notices/sw.js", { scope: "/notices/" });
  const worker = registration.installing ?? registration.waiting;
  if (!registration.active && worker) {
    await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
  }
  return registration;
};

const subscribe = async () => {
  const { pushManager } = await active();
  const applicationServerKey = bytes(input.dataset.pushKey);
  try {
    return await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    await (await pushManager.getSubscription())?.unsubscribe(); // it was made for a node with another key
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  }
};

input?.form.addEventListener("submit", async (event) => {
  if (input.value !== "") return;
  event.preventDefault();
  show("blocked", false);
  show("failed", false);
  try {
    if ((await Notification.requestPermission()) !== "granted") return show("blocked", true);
    const { endpoint, keys } = (await subscribe()).toJSON();
    input.value = endpoint;
    input.form.elements.p256dh.value = keys.p256dh;
    input.form.elements.auth.value = keys.auth;
    input.form.requestSubmit(event.submitter ?? undefined);
  } catch {
    show("failed", true);
  }
});
