// One screening, as a chain of revisions. What is answered is sealed at once;
// what this device has not handed to anybody yet is replaced by the fuller
// revision with the same parent, so that an hour's interview is one record.
import { hex, random, unhex } from "./bytes.js";
import { receipt } from "./receipt.js";

// REPLACE is up to how many fields a record grows before the next one begins.
const REPLACE = 200;

export class Chain {
  #session;
  #store;
  #about;
  #left; // reports whether a record has left this device
  #dirty = {};
  #last = null; // the record that may still be replaced: {key, parent, set}
  #busy = Promise.resolve();

  // A chain begins with nothing or goes on from what the journal knows of it,
  // {chain, head, rev}. about() gives {post, list, duress, now}.
  constructor({ session, store, about, left, known }) {
    this.#session = session;
    this.#store = store;
    this.#about = about;
    this.#left = left;
    this.bytes = known ? unhex(known.chain) : random(16);
    this.id = hex(this.bytes);
    this.receipt = receipt(this.bytes);
    this.head = known?.head ?? "";
    this.rev = known?.rev ?? 0;
    this.resumed = Boolean(known);
    this.final = false;
    this.set = {}; // every answer of this sitting
  }

  // put takes an answer: a text or a list of texts. An empty one takes it back.
  put(field, value) {
    if (JSON.stringify(this.set[field] ?? "") === JSON.stringify(value)) return false;
    this.set[field] = value;
    this.#dirty[field] = value;
    return true;
  }

  get unsealed() {
    return Object.keys(this.#dirty).length > 0;
  }

  // save seals what has changed since the last time. Saves run one after the
  // other, and each takes all there is.
  save(final = false) {
    this.#busy = this.#busy.catch(() => {}).then(() => this.#seal(final));
    return this.#busy;
  }

  async #seal(final) {
    if (!this.unsealed && !final) return null;
    const fresh = this.#dirty;
    this.#dirty = {};
    try {
      return await this.#write(fresh, final);
    } catch (err) {
      this.#dirty = { ...fresh, ...this.#dirty };
      throw err;
    }
  }

  #write(fresh, final) {
    return this.#store.alone(() => this.#revise(fresh, final));
  }

  async #revise(fresh, final) {
    const old = this.#last && !this.#left(this.#last.key) && Object.keys(this.#last.set).length < REPLACE ? this.#last : null;
    const set = old ? { ...old.set, ...fresh } : fresh;
    const parent = old ? old.parent : this.head;
    const rev = old ? old.rev : this.rev + 1;
    const { post, list, duress, now } = this.#about();
    const record = await this.#session.seal(this.bytes, rev, { parent, at: now, post, list, set, final: final || this.final, duress });
    const key = `${record.session}:${record.n}`;
    await this.#store.keep(record, this.#session, old?.key, {
      chain: this.id, receipt: this.receipt, head: key, rev, final: final || this.final, at: now,
    });
    this.#last = { key, parent, set, rev };
    this.head = key;
    this.rev = rev;
    this.final ||= final;
    return record;
  }
}
