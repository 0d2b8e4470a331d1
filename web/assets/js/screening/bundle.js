// A bundle: what is synchronised, saved to a file or shown as pictures. See
// docs/screening-device.md.
import { concat, hex, number, said, sha256, uint, utf8 } from "./bytes.js";

const magic = utf8("ISTMO-S1");
const SESSION = 1;
const RECORD = 2;

const short = (s) => {
  const bytes = utf8(s);
  if (bytes.length > 255) throw new Error("too long a name");
  return concat(uint(bytes.length, 1), bytes);
};

// sessionEntry is the entry of a session: whose key, which device, in whose
// name, and what opens its secret to the unit.
export const sessionEntry = (key, device, credential, enc) => concat(uint(SESSION, 1), key, short(device), short(credential), enc);

// head is a record's entry up to its seal, which covers it.
export const head = (session, n, chain, rev) => concat(uint(RECORD, 1), session, uint(n, 4), chain, uint(rev, 2));

// HEAD is how long a record's head is.
export const HEAD = 1 + 16 + 4 + 16 + 2;

// pack makes a bundle of entries.
export const pack = (entries) => concat(magic, ...entries.flatMap((e) => [uint(e.length, 4), e]));

// MAGIC is how long a bundle without entries is, and each entry has FRAME more.
export const MAGIC = magic.length;
export const FRAME = 4;

// unpack reads a bundle into {sessions, records}. It throws if it is none, and
// reads nothing of a seal.
export async function unpack(bundle) {
  if (hex(bundle.subarray(0, magic.length)) !== hex(magic)) throw new Error("no bundle");
  const found = { sessions: [], records: [] };
  for (let at = magic.length; at < bundle.length; ) {
    const length = number(bundle.subarray(at, at + 4));
    const entry = bundle.slice(at + 4, at + 4 + length);
    if (at + 4 > bundle.length || entry.length !== length || length === 0) throw new Error("a bundle cut short");
    at += 4 + length;
    if (entry[0] === SESSION) found.sessions.push(await readSession(entry));
    else if (entry[0] === RECORD) found.records.push(readRecord(entry));
    else throw new Error("an entry of no kind known here");
  }
  return found;
}

async function readSession(entry) {
  const device = 17;
  const credential = device + 1 + entry[device];
  const enc = entry.subarray(credential + 1 + entry[credential]);
  if (enc.length !== 1120) throw new Error("a session cut short");
  return {
    session: hex((await sha256(enc)).subarray(0, 16)),
    device: said(entry.subarray(device + 1, credential)),
    entry,
  };
}

function readRecord(entry) {
  if (entry.length < HEAD + 64 + 16) throw new Error("a record cut short");
  return {
    session: hex(entry.subarray(1, 17)),
    n: number(entry.subarray(17, 21)),
    chain: hex(entry.subarray(21, 37)),
    rev: number(entry.subarray(37, 39)),
    entry,
  };
}
