// Handing over to the node: in chunks that suit the link, each of which counts
// once it is answered, again and again until all is taken.
import { FRAME, MAGIC, pack } from "./bundle.js";

const LARGEST = 60 * 1024;
const SMALLEST = 3 * 1024;
const PATIENCE = 45_000; // ms for one answer
const FIRST = 4_000; // ms until the next try, doubled each time
const LONGEST = 15 * 60_000;

export class Sync extends EventTarget {
  #store;
  #device;
  #busy = null;
  #chunk = 16 * 1024;
  #failed = 0;
  #timer;
  state = "idle"; // sending, done, waiting, offline, revoked
  sent = 0; // bytes of this run
  last = null; // when the node last answered
  left = new Set(); // records that have left this device, or are about to

  constructor(store, device) {
    super();
    this.#store = store;
    this.#device = device;
    globalThis.addEventListener?.("online", () => this.now());
    globalThis.addEventListener?.("offline", () => this.#say("offline"));
  }

  // now sends what waits; with nothing waiting it asks how things stand.
  now() {
    clearTimeout(this.#timer);
    this.#busy ??= this.#run().finally(() => (this.#busy = null));
    return this.#busy;
  }

  async #run() {
    this.sent = 0;
    this.#say("sending");
    try {
      await this.#chunks();
      this.#failed = 0;
      this.#say("done");
    } catch (err) {
      if (err.revoked) return this.#say("revoked");
      this.#chunk = Math.max(SMALLEST, Math.floor(this.#chunk / 2));
      this.#failed++;
      this.#say(globalThis.navigator?.onLine === false ? "offline" : "waiting");
      this.#again();
    }
  }

  #again() {
    const wait = Math.min(FIRST * 2 ** (this.#failed - 1), LONGEST) * (0.75 + Math.random() / 2);
    this.#timer = setTimeout(() => this.now(), wait);
  }

  async #chunks() {
    for (;;) {
      const { entries, keys, more } = await this.#store.alone(() => this.#next());
      const answer = await this.#post(pack(entries));
      const left = await this.#take(answer, keys);
      if (answer.revoked && (!more || !left)) {
        throw Object.assign(new Error("revoked"), { revoked: true });
      }
      if (!more) return;
      if (!left) throw new Error("an answer to something else");
      this.#chunk = Math.min(LARGEST, this.#chunk * 2);
    }
  }

  // #next is the next chunk: records, the oldest first, each after its session
  // unless the node has that.
  async #next() {
    const waiting = (await this.#store.outbox()).filter((r) => !r.refused);
    const entries = [];
    const keys = [];
    const said = new Set();
    let size = MAGIC;
    for (const r of waiting) {
      const fresh = [];
      if (!said.has(r.session)) {
        const s = await this.#store.session(r.session);
        if (s && !s.known) fresh.push(s.entry);
      }
      fresh.push(r.entry);
      const more = fresh.reduce((n, e) => n + e.length + FRAME, 0);
      if (keys.length > 0 && size + more > this.#chunk) break;
      said.add(r.session);
      entries.push(...fresh);
      keys.push(r.key);
      size += more;
    }
    for (const k of keys) this.left.add(k);
    return { entries, keys, more: keys.length < waiting.length };
  }

  async #post(bundle) {
    const device = await this.#device();
    const answer = await fetch("/screening/sync", {
      method: "POST",
      headers: { Authorization: `Bearer ${device.token}`, "Content-Type": "application/octet-stream" },
      body: bundle,
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (!answer.ok) throw new Error(`the node answers ${answer.status}`);
    this.sent += bundle.length;
    this.last = new Date();
    this.#say("sending");
    return answer.json();
  }

  // #take carries out what the node says, and reports whether anything moved.
  async #take(answer, keys) {
    const about = (answer.entries ?? []).filter((e) => keys.includes(`${e.session}:${e.n}`));
    await this.#store.settle(about, answer.sessions ?? []);
    if (about.length < keys.length && keys.length > 0) await this.#store.unsettle();
    this.dispatchEvent(Object.assign(new Event("answer"), { answer }));
    return about.length > 0;
  }

  #say(state) {
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}

// refresh fetches the settings if they are others than those that are kept.
export async function refresh(store, device) {
  const kept = await store.fact("settings");
  const headers = { Authorization: `Bearer ${device.token}` };
  if (kept?.tag) headers["If-None-Match"] = kept.tag;
  const answer = await fetch("/screening/settings", { headers, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 304) return kept.settings;
  if (!answer.ok) throw new Error(`the node answers ${answer.status}`);
  const settings = await answer.json();
  if (settings.revoked) return settings;
  await store.setFact("settings", { tag: answer.headers.get("ETag") ?? "", settings });
  return settings;
}

// bundlesOf are bundles of what waits, none larger than a size, for a file or
// pictures: every session goes along, as nobody knows what the other end has.
// which chooses the records.
export async function bundlesOf(store, largest, which = () => true) {
  const bundles = [];
  let entries = [];
  let keys = [];
  let said = new Set();
  let size = MAGIC;
  const close = () => {
    if (keys.length > 0) bundles.push({ bytes: pack(entries), keys });
    [entries, keys, said, size] = [[], [], new Set(), MAGIC];
  };
  for (const r of await store.outbox()) {
    if (r.refused || !which(r)) continue;
    const session = (await store.session(r.session))?.entry;
    const cost = () => (said.has(r.session) || !session ? 0 : session.length + FRAME) + r.entry.length + FRAME;
    if (size + cost() > largest) close();
    size += cost();
    if (!said.has(r.session) && session) entries.push(session);
    said.add(r.session);
    entries.push(r.entry);
    keys.push(r.key);
  }
  close();
  return bundles;
}
