// The app: which screen is shown, who has it open, and what happens when it is
// locked. All that it knows of people is in the session here, in memory, and goes
// with it.
import { unb64, unhex } from "./bytes.js";
import { Chain } from "./chain.js";
import { button, h, icon } from "./dom.js";
import { due, isChild } from "./duties.js";
import { Journal } from "./journal.js";
import { begin } from "./session.js";
import { Store } from "./store.js";
import { refresh, Sync } from "./sync.js";
import { hush } from "./voice.js";
import { lang, remember, remembered, speak, t } from "./words.js";

const DELAY = 700; // ms from an answer to its seal

export class App {
  screens = {}; // by name: (app, given) → nodes
  #root;
  #now = null; // {name, given}
  #trail = [];
  #timer;
  #active = Date.now();
  #leave = null; // what is to be done when this screen goes
  #staying = 0; // until when leaving the page is no reason to lock

  constructor(root) {
    this.#root = root;
  }

  // load opens what is kept.
  async load() {
    this.light(remembered("light", "auto"));
    const words = speak(remembered("lang", "es"));
    this.store = await Store.open();
    const kept = [this.store.device(), this.store.fact("settings"), this.store.fact("revoked")];
    const [device, settings, revoked] = await Promise.all([...kept, words]);
    Object.assign(this, { device, settings: settings?.settings, revoked });
  }

  // start shows the first screen.
  async start() {
    this.#listen();
    history.replaceState(null, "");
    this.sync = new Sync(this.store, () => this.device);
    this.sync.addEventListener("answer", (e) => this.#hear(e.answer));
    this.sync.addEventListener("state", () => this.#state());
    await this.show(this.#first());
    document.documentElement.dataset.ready = String(Math.round(performance.now()));
    if (this.device) this.sync.now();
  }

  #first() {
    if (this.revoked) return "revoked";
    return this.device && this.settings ? "lock" : "prepare";
  }

  #listen() {
    addEventListener("popstate", () => this.#popped());
    for (const event of ["pointerdown", "keydown", "input"]) addEventListener(event, () => (this.#active = Date.now()), { passive: true });
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => this.#hidden());
    setInterval(() => this.#idle(), 2000);
  }

  // light sets how the screen is lit: auto, light, dark, dimmed.
  light(wanted) {
    remember("light", wanted);
    if (wanted === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = wanted;
  }

  // ---- screens

  // show shows a screen. The browser's own "back" leads to the one before.
  async show(name, given = {}, { replace = false } = {}) {
    if (this.#now && !replace) {
      this.#trail.push(this.#now);
      history.pushState(null, "");
    }
    this.#now = { name, given };
    await this.draw();
  }

  // back goes to the screen before this one.
  back() {
    if (this.#trail.length > 0) history.back();
    else this.home();
  }

  async #popped() {
    const before = this.#trail.pop();
    if (!before) return;
    this.#now = before;
    await this.draw();
  }

  // home forgets the way here.
  home() {
    this.#trail = [];
    this.#now = null;
    return this.show(this.open ? "home" : this.#first());
  }

  // draw shows the screen that is on anew.
  async draw() {
    hush();
    this.#leave?.();
    this.#leave = null;
    const { name, given } = this.#now;
    const shown = await this.screens[name](this, given);
    if (this.#now.given !== given) return; // another one came meanwhile
    this.#root.replaceChildren(this.#top(), h(`main.s-main.s-main--${name}`, { id: "main" }, shown), h(".s-said", { role: "status", id: "said" }));
    this.#root.dataset.screen = name;
    this.#state();
    scrollTo(0, 0);
    const heading = this.#root.querySelector("h1");
    document.title = `${heading?.textContent ?? t("name")} · istmo`;
    (this.#root.querySelector("[data-first]") ?? heading)?.focus({ preventScroll: true });
  }

  // leaving has something done when this screen goes.
  leaving(what) {
    this.#leave = what;
  }

  // says tells those who listen to the screen.
  says(words) {
    const place = document.getElementById("said");
    if (place) place.textContent = words;
  }

  #top() {
    const talking = this.open?.chain && this.#now.name !== "help";
    return h(
      `header.s-top${talking ? ".s-top--busy" : ""}`,
      h("span.s-top__name", mark(), h("span", t("name"))),
      h(
        ".s-top__tools",
        talking && button(t("help.short"), () => this.show("help"), { kind: "top", icon: "help" }),
        !this.open && button(lang === "en" ? "Español" : "English", () => speak(lang === "en" ? "es" : "en").then(() => this.draw()), { kind: "top", lang: lang === "en" ? "es" : "en" }),
        button(t("light"), () => this.#nextLight(), { kind: "top-quiet", icon: "light" }),
        this.open && button(t("lock"), () => this.lock(), { kind: "top", icon: "lock", id: "lock" }),
      ),
    );
  }

  #nextLight() {
    const order = ["auto", "dark", "dimmed", "light"];
    const next = order[(order.indexOf(remembered("light", "auto")) + 1) % order.length];
    this.light(next);
    this.says(t(`light.${next}`));
  }

  // #state shows how handing over stands, wherever a screen has a place for it.
  #state() {
    for (const place of document.querySelectorAll("[data-sync]")) place.dispatchEvent(new Event("sync"));
  }

  // ---- open and locked

  // unlock begins a session in an officer's name, with what their PIN opened.
  async unlock(officer, slot) {
    const { sender } = await import(bundle("screening-crypt"));
    const unit = { id: unhex(this.settings.unit.id), key: unb64(this.settings.unit.key) };
    const session = await begin(sender, unit, this.device.id, { id: slot.id, secret: unb64(slot.secret) });
    const name = `${officer.id}:${slot.place}`;
    const journal = await Journal.open(unb64(slot.journal), await this.store.journal(name));
    this.open = { officer, session, journal, duress: slot.duress === true, place: name, post: remembered("post", this.settings.device.post), chain: null };
    this.#active = Date.now();
    this.#trail = [];
    this.#now = null;
    await this.show("home");
    this.sync.now();
  }

  // lock ends the session. The page is read anew, so that nothing of it is left.
  async lock() {
    hush();
    await this.flush();
    this.open = null;
    this.values = null;
    this.#root.replaceChildren();
    location.reload();
  }

  // stay keeps the app open while the device shows its own picker or camera.
  stay(minutes = 2) {
    this.#staying = Date.now() + minutes * 60_000;
  }

  #hidden() {
    if (document.visibilityState === "visible") return this.#idle();
    this.flush();
    if (this.open && remembered("hide", "yes") === "yes" && Date.now() > this.#staying) this.lock();
  }

  #idle() {
    if (this.open && Date.now() - this.#active > Number(remembered("idle", "5")) * 60_000) this.lock();
  }

  // ---- a screening

  // begin begins a screening, or goes on with one that the journal knows.
  begin(known) {
    const { session, duress } = this.open;
    this.values = {};
    this.open.chain = new Chain({
      session,
      known,
      store: { alone: (step) => this.store.alone(step), keep: (...given) => this.#keep(...given) },
      left: (key) => this.sync.left.has(key),
      about: () => ({ post: this.open.post, list: this.settings.list?.id ?? "", duress, now: new Date().toISOString().replace(/\.\d+Z$/, "Z") }),
    });
    if (!known) this.put("started_at", new Date().toISOString().replace(/\.\d+Z$/, "Z"));
  }

  // put takes an answer, which is sealed within a second.
  put(field, value) {
    const chain = this.open.chain;
    if (!chain.put(field, value)) return;
    this.values[field] = value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), DELAY);
  }

  // flush seals what is not sealed yet.
  async flush() {
    clearTimeout(this.#timer);
    const chain = this.open?.chain;
    if (!chain?.unsealed) return;
    try {
      await chain.save();
      this.#kept(true);
    } catch {
      this.#kept(false);
      this.#timer = setTimeout(() => this.flush(), 3000);
    }
  }

  // finish seals the last of a screening, and sends it if there is a network.
  async finish() {
    clearTimeout(this.#timer);
    await this.open.chain.save(true);
    this.open.chain = null;
    this.sync.now();
  }

  // leave stops a screening where it is: what was answered is sealed.
  async leave() {
    await this.flush();
    this.open.chain = null;
    this.values = {};
    this.sync.now();
    await this.home();
  }

  get child() {
    return isChild(this.values);
  }

  #kept(well) {
    const place = document.querySelector("[data-kept]");
    if (place) place.replaceChildren(...(well ? [icon("yes"), t("kept")] : [icon("danger"), t("kept.not")]));
    if (!well) this.says(t("kept.not"));
  }

  // #keep keeps a record together with the journal that knows of it.
  async #keep(record, session, instead, entry) {
    const { journal, place } = this.open;
    const was = journal.find(entry.chain);
    const fresh = due(this.settings.duties, this.values, { child: this.child, final: entry.final });
    const ours = this.open.chain?.resumed ? (was?.due ?? []).filter((d) => (d.duty ?? d) !== "finish" || !entry.final) : fresh;
    journal.note({ ...entry, due: ours, state: entry.final ? "finished" : "open", sent: false });
    await this.store.keep(record, session, instead, { name: place, sealed: await journal.seal() });
  }

  // #hear takes what the node says.
  async #hear(answer) {
    if (answer.revoked) {
      const more = (await this.store.outbox()).some((r) => !r.refused);
      if (!more) await this.#end();
      return;
    }
    if (this.open) {
      const { journal, place } = this.open;
      const waiting = new Set((await this.store.outbox()).map((r) => r.chain));
      for (const e of journal.entries) e.sent = !waiting.has(e.chain);
      journal.hear(answer.screenings.filter((s) => !waiting.has(s.chain)));
      await this.store.setJournal(place, await journal.seal());
    }
    const kept = await this.store.fact("settings");
    if (answer.settings && answer.settings !== kept?.settings?.tag) this.settings = await refresh(this.store, this.device);
    if (this.#now?.name === "home" && this.sync.state !== "sending") await this.draw();
  }

  // #end forgets what a revoked device has, once all that it brought is taken.
  async #end() {
    await this.store.forget();
    this.open = null;
    this.values = null;
    this.revoked = true;
    for (const name of ["post"]) localStorage.removeItem(`istmo-${name}`);
    this.#trail = [];
    this.#now = null;
    await this.show("revoked");
  }

  // mine reports whether a record is of those that this officer's app shows.
  mine(row) {
    return this.open.duress ? Boolean(this.open.journal.find(row.chain)) : true;
  }
}

// bundle is where a further script is, as the page says.
export const bundle = (name) => document.querySelector(`meta[name="${name}"]`).content;

function mark() {
  const i = document.createElement("img");
  i.src = bundle("mark");
  i.alt = "";
  i.width = i.height = 28;
  return i;
}

