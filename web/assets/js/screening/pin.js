// PINs: the two slots of an officer. One opens the app, one opens an empty app
// under threat or nothing, and no one can tell which. See docs/screening-device.md.
import { b64, concat, random, said, unb64, utf8 } from "./bytes.js";

export const ROUNDS = 600_000;
const SIZE = 320; // bytes of a slot's plain text, whatever it says

// weak reports whether a PIN is among the first that anybody tries.
export function weak(pin) {
  if (!/^\d{6}$/.test(pin)) return true;
  const steps = new Set();
  for (let i = 1; i < 6; i++) steps.add((pin.charCodeAt(i) - pin.charCodeAt(i - 1) + 10) % 10);
  if (steps.size === 1 && [0, 1, 9].includes([...steps][0])) return true; // 111111, 123456, 987654
  if (new Set(pin).size <= 2) return true; // 112211
  if (pin.slice(0, 3) === pin.slice(3) || pin.slice(0, 2).repeat(3) === pin) return true; // 123123, 121212
  if (pin === [...pin].reverse().join("")) return true; // 123321
  return /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d\d$/.test(pin) || /^(19|20)\d{4}$/.test(pin); // a date
}

async function slotKey(pin, salt, rounds) {
  const secret = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

async function close(key, what) {
  const plain = new Uint8Array(SIZE).fill(32);
  plain.set(utf8(JSON.stringify(what)));
  const iv = random(12);
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plain)));
}

const nothing = () => random(12 + SIZE + 16);

// slots makes an officer's two. open and empty are what each PIN gives:
// {id, secret, journal: key, duress}. Which comes first is drawn.
export async function slots({ pin, open, second, empty }, rounds = ROUNDS) {
  const salt = random(16);
  const one = await close(await slotKey(pin, salt, rounds), { ...open, place: 0 });
  const other = second ? await close(await slotKey(second, salt, rounds), { ...empty, place: 1 }) : nothing();
  const both = random(1)[0] & 1 ? [one, other] : [other, one];
  return { salt: b64(salt), rounds, slots: both.map(b64) };
}

// enter is what a PIN opens, or nothing. Both slots are always tried.
export async function enter(kept, pin) {
  const key = await slotKey(pin, unb64(kept.salt), kept.rounds);
  let found = null;
  for (const slot of kept.slots.map(unb64)) {
    try {
      const how = { name: "AES-GCM", iv: slot.subarray(0, 12) };
      found = JSON.parse(said(new Uint8Array(await crypto.subtle.decrypt(how, key, slot.subarray(12)))));
    } catch {
      // the other one, or neither
    }
  }
  return found;
}

// pause is how many seconds pass before a PIN may be tried again after so many
// wrong ones: none up to four, then half a minute, doubled each time, to an hour.
export const pause = (wrong) => (wrong < 5 ? 0 : Math.min(30 * 2 ** (wrong - 5), 3600));
