// The screening app: one page, kept by its service worker, that works for weeks
// without a network. See docs/screening-device.md.
import { App } from "./screening/app.js";
import { h } from "./screening/dom.js";
import * as enrol from "./screening/enrol.js";
import { help, helped } from "./screening/help.js";
import { home, options } from "./screening/home.js";
import { lock } from "./screening/lock.js";
import { pass, take, taken } from "./screening/pass.js";
import { finished, talk } from "./screening/talk.js";
import { t } from "./screening/words.js";

const root = document.getElementById("app");

// run starts the app, unless another window of this browser has it open: two
// would each think that theirs is the whole journal. One that is just closing, as
// when a page is read anew, is waited for.
async function run() {
  const free = navigator.locks ? alone() : true;
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/screening/app/sw.js", { scope: "/screening/app/" }).catch(() => {});
  const app = new App(root);
  app.screens = { prepare: enrol.prepare, pin: enrol.pin, revoked: enrol.revoked, lock, home, options, help, helped, talk, finished, pass, take, taken };
  await app.load();
  if (!(await free)) return busy();
  await app.start();
}

const alone = () =>
  new Promise((ok) => {
    navigator.locks
      .request("istmo-screening", { signal: AbortSignal.timeout(2000) }, () => (ok(true), new Promise(() => {})))
      .catch(() => ok(false));
  });

function busy() {
  root.replaceChildren(h("main.s-main", h("h1.s-title", t("name")), h("p", t("busy"))));
}

run();
