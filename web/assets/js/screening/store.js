// What this device keeps, in IndexedDB. Nothing in it says a person's name, an
// answer or a place, except under the unit's key; the token and the journals are
// sealed too.
import { random, said, utf8 } from "./bytes.js";
import { blank } from "./journal.js";

const NAME = "istmo-screening";

const done = (request) =>
  new Promise((ok, no) => {
    request.onsuccess = () => ok(request.result);
    request.onerror = () => no(request.error);
  });

export class Store {
  #db;
  #turn = Promise.resolve();

  static async open() {
    const s = new Store();
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const name of ["facts", "officers", "sessions", "journals"]) asked.result.createObjectStore(name);
      asked.result.createObjectStore("outbox", { keyPath: "key" }).createIndex("at", "order");
    };
    s.#db = await done(asked);
    s.#db.onversionchange = () => s.#db.close();
    return s;
  }

  // alone runs one step after the other: what decides what leaves this device,
  // and what replaces what has not left.
  alone(step) {
    const mine = this.#turn.then(step);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  // #within runs steps in one transaction that is on the disk when it ends.
  #within(stores, steps, mode = "readwrite") {
    const tx = this.#db.transaction(stores, mode, { durability: "strict" });
    return new Promise((ok, no) => {
      let result;
      tx.oncomplete = () => ok(result);
      tx.onabort = () => no(tx.error ?? new Error("not kept"));
      Promise.resolve(steps((name) => tx.objectStore(name))).then(
        (r) => (result = r),
        (err) => {
          no(err);
          try {
            tx.abort();
          } catch {
            // it has ended by itself
          }
        },
      );
    });
  }

  #read(stores, steps) {
    return this.#within(stores, steps, "readonly");
  }

  fact(name) {
    return this.#read(["facts"], (at) => done(at("facts").get(name)));
  }

  setFact(name, value) {
    return this.#within(["facts"], (at) => done(at("facts").put(value, name)));
  }

  // device is {id, node, token}, or nothing on a phone that is not prepared. The
  // token lies under a key that no script can take out.
  async device() {
    const kept = await this.fact("device");
    if (!kept) return null;
    const key = await this.fact("deviceKey");
    const token = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.iv }, key, kept.token);
    return { id: kept.id, node: kept.node, token: said(new Uint8Array(token)) };
  }

  async setDevice({ id, node, token }) {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = random(12);
    const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(token)));
    await this.#within(["facts"], async (at) => {
      at("facts").put(key, "deviceKey");
      await done(at("facts").put({ id, node, iv, token: sealed }, "device"));
    });
  }

  officers() {
    return this.#read(["officers"], (at) => done(at("officers").getAll()));
  }

  // addOfficer keeps an officer's slots, and two journals that look alike.
  addOfficer(officer) {
    return this.#within(["officers", "journals"], async (at) => {
      at("officers").put(officer, officer.id);
      at("journals").put(blank(), `${officer.id}:0`);
      await done(at("journals").put(blank(), `${officer.id}:1`));
    });
  }

  // dropOfficer forgets one whom the node names no more on this device.
  dropOfficer(id) {
    return this.#within(["officers", "journals"], async (at) => {
      at("officers").delete(id);
      at("journals").delete(`${id}:0`);
      await done(at("journals").delete(`${id}:1`));
    });
  }

  journal(name) {
    return this.#read(["journals"], (at) => done(at("journals").get(name)));
  }

  setJournal(name, sealed) {
    return this.#within(["journals"], (at) => done(at("journals").put(sealed, name)));
  }

  // keep puts a record into the outbox together with its session and the journal
  // that knows of it, in place of one that has not left this device: all of it or
  // nothing.
  keep(record, session, instead, journal) {
    return this.#within(["outbox", "sessions", "journals"], async (at) => {
      at("sessions").put({ entry: session.entry, known: false }, session.id);
      if (instead) at("outbox").delete(instead);
      if (journal) at("journals").put(journal.sealed, journal.name);
      await done(at("outbox").put(row(record, false)));
    });
  }

  // carry takes in what another device handed over, and says how much of it is
  // new here.
  async carry({ sessions, records }) {
    return this.#within(["outbox", "sessions"], async (at) => {
      for (const s of sessions) {
        if (!(await done(at("sessions").get(s.session)))) at("sessions").put({ entry: s.entry, known: false }, s.session);
      }
      let fresh = 0;
      for (const r of records) {
        const key = `${r.session}:${r.n}`;
        if (await done(at("outbox").get(key))) continue;
        await done(at("outbox").put(row(r, true)));
        fresh++;
      }
      return fresh;
    });
  }

  // outbox is all that waits, the oldest first.
  outbox() {
    return this.#read(["outbox"], (at) => done(at("outbox").index("at").getAll()));
  }

  session(id) {
    return this.#read(["sessions"], (at) => done(at("sessions").get(id)));
  }

  // settle takes the node's word for records: what it keeps is forgotten here,
  // what it refuses stays with the reason.
  settle(entries, known) {
    return this.#within(["outbox", "sessions"], async (at) => {
      for (const id of known) {
        const s = await done(at("sessions").get(id));
        if (s) at("sessions").put({ ...s, known: true }, id);
      }
      for (const e of entries) {
        const key = `${e.session}:${e.n}`;
        if (e.state !== "refused") {
          at("outbox").delete(key);
          continue;
        }
        const r = await done(at("outbox").get(key));
        if (r) at("outbox").put({ ...r, refused: e.why || "screening.refused" });
      }
      const used = new Set((await done(at("outbox").getAll())).map((r) => r.session));
      for (const id of await done(at("sessions").getAllKeys())) {
        const s = await done(at("sessions").get(id));
        if (!used.has(id) && s.known) at("sessions").delete(id);
      }
      await done(at("outbox").count());
    });
  }

  // unsettle has sessions sent again: the node turned out not to know them.
  unsettle() {
    return this.#within(["sessions"], async (at) => {
      for (const id of await done(at("sessions").getAllKeys())) {
        const s = await done(at("sessions").get(id));
        await done(at("sessions").put({ ...s, known: false }, id));
      }
    });
  }

  // forget leaves nothing but what no node has taken yet, and what it takes to
  // hand that over.
  async forget() {
    const waiting = (await this.outbox()).some((r) => !r.refused);
    await this.#within(["facts", "officers", "journals", "sessions", "outbox"], async (at) => {
      at("officers").clear();
      at("journals").clear();
      at("facts").delete("settings");
      at("facts").delete("tries");
      if (!waiting) {
        at("facts").delete("device");
        at("facts").delete("deviceKey");
        at("sessions").clear();
        at("outbox").clear();
      }
      await done(at("facts").put(true, "revoked"));
    });
    return waiting;
  }

  // begin wipes what was there before a phone is prepared anew.
  begin() {
    return this.#within(["facts", "officers", "journals"], async (at) => {
      at("officers").clear();
      at("journals").clear();
      at("facts").delete("tries");
      await done(at("facts").delete("revoked"));
    });
  }
}

let last = 0;

// row is a record as it waits. Its order is that of being kept, and no time.
function row(record, carried) {
  last = Math.max(last + 1, Date.now());
  return { key: `${record.session}:${record.n}`, session: record.session, n: record.n, chain: record.chain, rev: record.rev, carried, order: last, entry: record.entry };
}
