// A bundle as a sequence of pictures, and back. See docs/screening-device.md.
import { b64, concat, sha256, unb64 } from "./bytes.js";
import { spoken } from "./receipt.js";

const PART = 600;
const form = /^S1:([2-9A-HJ-NP-Z]{4}):(\d{1,4})\/(\d{1,4}):([A-Za-z0-9_-]+)$/;

// MOST is how many pictures a sequence may have.
export const MOST = 200;

// parts are the texts of a bundle's pictures.
export async function parts(bundle) {
  const id = spoken(await sha256(bundle), 4);
  const of = Math.ceil(bundle.length / PART);
  return Array.from({ length: of }, (_, i) => `S1:${id}:${i + 1}/${of}:${b64(bundle.subarray(i * PART, (i + 1) * PART))}`);
}

// Collector takes pictures in any order until a bundle is whole. Pictures of
// another sequence begin that one.
export class Collector {
  id = "";
  of = 0;
  #seen = new Map();

  get have() {
    return this.#seen.size;
  }

  // missing are the numbers that have not been seen.
  get missing() {
    return Array.from({ length: this.of }, (_, i) => i + 1).filter((n) => !this.#seen.has(n));
  }

  // take reads one text: the bundle once it is whole, else null. It throws when
  // the parts do not make the bundle they were cut from, and then forgets them.
  async take(text) {
    const found = form.exec(text);
    if (!found) return null;
    const [, id, n, of, body] = found;
    if (+of < 1 || +of > MOST || +n < 1 || +n > +of) return null;
    if (id !== this.id || +of !== this.of) {
      this.id = id;
      this.of = +of;
      this.#seen.clear();
    }
    this.#seen.set(+n, unb64(body));
    if (this.#seen.size < this.of) return null;
    const bundle = concat(...Array.from({ length: this.of }, (_, i) => this.#seen.get(i + 1)));
    if (spoken(await sha256(bundle), 4) !== this.id) {
      this.#seen.clear();
      throw new Error("pictures that do not belong together");
    }
    return bundle;
  }
}
