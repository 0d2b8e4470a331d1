// The screening app: one page, kept by its service worker, that works for weeks
// without a network. See docs/screening-device.md.
import { App } from "./screening/app.js";
import * as enrol from "./screening/enrol.js";
import { help, helped } from "./screening/help.js";
import { home, options } from "./screening/home.js";
import { lock } from "./screening/lock.js";
import { pass, take, taken } from "./screening/pass.js";
import { finished, talk } from "./screening/talk.js";
import { remembered, speak, t } from "./screening/words.js";

const root = document.getElementById("app");

// run starts the app, unless another window of this browser has it open: two
// would each think that theirs is the whole journal.
async function run() {
  if (navigator.locks) {
    const alone = await new Promise((ok) => navigator.locks.request("istmo-screening", { ifAvailable: true }, (lock) => (ok(lock !== null), lock && new Promise(() => {}))));
    if (!alone) return busy();
  }
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/screening/app/sw.js", { scope: "/screening/app/" }).catch(() => {});
  const app = new App(root);
  app.screens = { prepare: enrol.prepare, pin: enrol.pin, revoked: enrol.revoked, lock, home, options, help, helped, talk, finished, pass, take, taken };
  await app.start();
}

async function busy() {
  await speak(remembered("lang", "es"));
  const p = document.createElement("p");
  p.textContent = t("busy");
  root.replaceChildren(p);
  // The other window may only be about to close, as when a page is read anew.
  setTimeout(() => navigator.locks.request("istmo-screening", { ifAvailable: true }, (lock) => lock && location.reload()), 500);
}

run();
