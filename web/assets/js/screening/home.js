// Where an officer begins: start, help, what waits, and what is not yet done.
import { button, choice, h, icon, note, title } from "./dom.js";
import { amount, clock, knows, left, remember, remembered, speak, t } from "./words.js";

export async function home(app) {
  const rows = (await app.store.outbox()).filter((r) => app.mine(r));
  const open = app.open.journal.entries.filter((e) => (e.due ?? []).length > 0 || e.state === "conflict");
  return [
    h("h1.s-title", { tabindex: "-1" }, t("home.hello", { Name: app.open.officer.name })),
    h("p.s-soft", postName(app)),
    button(t("home.start"), () => app.show("talk"), { wide: true, icon: "person", kind: "start" }),
    button(t("help"), () => app.show("help"), { kind: "grave", wide: true, icon: "help" }),
    queue(app, rows),
    duties(app, open),
    receipts(app),
    h(
      "nav.s-more",
      { "aria-label": t("home.more") },
      button(t("pass"), () => app.show("pass"), { kind: "second", icon: "qr" }),
      button(t("take"), () => app.show("take"), { kind: "second", icon: "camera" }),
      button(t("options"), () => app.show("options"), { kind: "second", icon: "gear" }),
    ),
  ];
}

const postName = (app) => app.settings.posts.find((p) => p.id === app.open.post)?.name ?? app.settings.agency.name;

// queue is what waits to be sent, how it goes, and the button to try now.
function queue(app, rows) {
  const bytes = rows.reduce((n, r) => n + r.entry.length, 0);
  const refused = rows.filter((r) => r.refused);
  const waits = new Set(rows.filter((r) => !r.refused).map((r) => r.chain)).size;
  const state = h("p.s-state", { "data-sync": true, role: "status" });
  state.addEventListener("sync", () => {
    const { sync } = app;
    const words = { sending: "sync.sending", done: "sync.done", waiting: "sync.waiting", offline: "sync.offline", revoked: "sync.revoked", idle: "sync.idle" }[sync.state];
    state.textContent = t(words, { When: sync.last ? clock(sync.last) : "", Bytes: amount(sync.sent) });
  });
  return h(
    "section.s-card",
    h("h2.s-head", icon("send"), waits === 0 ? t("queue.none") : t(waits === 1 ? "queue.one" : "queue.many", { N: waits, Bytes: amount(bytes) })),
    state,
    refused.length > 0 && note("danger", h("p", t("queue.refused", { N: refused.length }))),
    button(t("queue.send"), () => app.sync.now().then(() => app.open && document.querySelector(".s-main--home") && app.draw()), { kind: "second" }),
  );
}

// duties are what the law or the protocol still asks for, by receipt.
function duties(app, open) {
  if (open.length === 0) return null;
  return h(
    "section.s-card",
    h("h2.s-head", icon("clock"), t("duties")),
    h(
      "ul.s-rows",
      open.slice(0, 20).map((e) =>
        h(
          "li",
          h("span.s-receipt.s-receipt--small", e.receipt),
          h("ul.s-due", e.state === "conflict" && h("li", t("state.conflict")), (e.due ?? []).map((d) => h("li", duty(d)))),
          e.state !== "with-team" && button(t("go-on"), () => app.show("talk", { known: e }), { kind: "plain", "aria-label": t("go-on.receipt", { Receipt: e.receipt }) }),
        ),
      ),
    ),
  );
}

function duty(d) {
  const key = (d.duty ?? d).replace(/^screening\.duty\./, "");
  const words = knows(`duty.${key}`) ? t(`duty.${key}`) : key;
  if (!d.by) return words;
  const late = new Date(d.by) < new Date();
  return [words, " ", h(`strong.s-tag.s-tag--${late ? "danger" : "soon"}`, t(late ? "duty.late" : "duty.by", { When: clock(d.by), Left: left(d.by) }))];
}

function receipts(app) {
  const all = app.open.journal.entries;
  if (all.length === 0) return h("p.s-soft", t("receipts.none"));
  return h(
    "details.s-details",
    h("summary", t("receipts", { N: all.length })),
    h("p.s-hint", t("receipts.why")),
    h(
      "ul.s-rows",
      all.slice(0, 60).map((e) =>
        h(
          "li",
          h("span.s-receipt.s-receipt--small", e.receipt),
          h("span", t(`state.${e.state ?? "open"}`), " · ", t(e.sent ? "state.sent" : "state.unsent"), " · ", clock(e.at)),
          e.state !== "with-team" && button(t("add"), () => app.show("talk", { known: e }), { kind: "plain", "aria-label": t("add.receipt", { Receipt: e.receipt }) }),
        ),
      ),
    ),
  );
}

// options are how this device is set, and who is on it.
export function options(app) {
  return [
    title(t("options")),
    choice(t("options.lang"), [["es", "Español", { lang: "es" }], ["en", "English", { lang: "en" }]], { row: true, value: remembered("lang", "es"), change: (v) => speak(v).then(() => app.draw()) }),
    choice(t("light"), ["auto", "light", "dark", "dimmed"].map((l) => [l, t(`light.${l}`)]), { row: true, value: remembered("light", "auto"), change: (v) => app.light(v) }),
    choice(t("options.post"), app.settings.posts.map((p) => [p.id, p.name, { hint: p.place }]), { value: app.open.post, change: (v) => ((app.open.post = v), remember("post", v)) }),
    choice(t("options.idle"), ["1", "5", "15"].map((n) => [n, t("options.idle.n", { N: n })]), { row: true, value: remembered("idle", "5"), change: (v) => remember("idle", v) }),
    choice(t("options.hide"), [["yes", t("yes")], ["no", t("no")]], { row: true, hint: t("options.hide.hint"), value: remembered("hide", "yes"), change: (v) => remember("hide", v) }),
    h("section.s-card", h("h2.s-head", t("options.about")), h("p", t("options.device", { Name: app.settings.device.name, Agency: app.settings.agency.name })), h("p.s-hint", t("options.install"))),
    button(t("back"), () => app.back(), { kind: "second", wide: true }),
  ];
}
