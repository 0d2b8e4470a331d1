// The journal: which receipts this officer has given and how they stand. It is
// one sealed block of one size, opened by the PIN; that of the second PIN lies
// beside it and looks the same, also where there is no second PIN.
import { concat, random, said, utf8 } from "./bytes.js";

export const SIZE = 48 * 1024;

export const blank = () => random(12 + SIZE + 16);

const importKey = (raw) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

export class Journal {
  #key;

  // open reads a journal; what its key does not open is an empty one.
  static async open(raw, sealed) {
    const j = new Journal();
    j.#key = await importKey(raw);
    j.entries = [];
    try {
      const how = { name: "AES-GCM", iv: sealed.subarray(0, 12) };
      j.entries = JSON.parse(said(new Uint8Array(await crypto.subtle.decrypt(how, j.#key, sealed.subarray(12)))));
    } catch {
      // never written before
    }
    return j;
  }

  find(chain) {
    return this.entries.find((e) => e.chain === chain);
  }

  // note keeps what is known of a chain now, the newest first.
  note(entry) {
    const before = this.find(entry.chain);
    this.entries = [{ ...before, ...entry }, ...this.entries.filter((e) => e.chain !== entry.chain)];
  }

  // hear takes what the node says of the chains that are known here.
  hear(screenings) {
    for (const s of screenings) {
      const e = this.find(s.chain);
      if (e) Object.assign(e, { state: s.state, due: s.due ?? [] });
    }
  }

  // seal writes the journal in its one size. When it is full the oldest go,
  // those first that the team has.
  async seal() {
    let json = utf8(JSON.stringify(this.entries));
    while (json.length > SIZE) {
      const over = this.entries.findLastIndex((e) => e.state === "with-team" || e.state === "closed");
      this.entries.splice(over < 0 ? this.entries.length - 1 : over, 1);
      json = utf8(JSON.stringify(this.entries));
    }
    const plain = new Uint8Array(SIZE).fill(32);
    plain.set(json);
    const iv = random(12);
    return concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.#key, plain)));
  }
}
