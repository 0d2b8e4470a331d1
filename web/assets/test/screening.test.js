// What the screening app's modules promise, without a browser: `npm test`.
// The vectors are those of Go's half.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { HEAD, pack, unpack } from "../js/screening/bundle.js";
import { b64, concat, hex, number, random, said, sha256, uint, unb64, unhex, utf8 } from "../js/screening/bytes.js";
import { Chain } from "../js/screening/chain.js";
import { blank, Journal, SIZE } from "../js/screening/journal.js";
import { Collector, parts } from "../js/screening/pictures.js";
import { enter, pause, slots, weak } from "../js/screening/pin.js";
import { receipt } from "../js/screening/receipt.js";
import { begin, pad } from "../js/screening/session.js";
import { sender } from "../js/screening-crypt.js";

const vectors = JSON.parse(readFileSync(new URL("../../../screening/sealed/testdata/vectors.json", import.meta.url)));
const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const bytes = (s) => utf8(s).slice().buffer;

// keysOf makes a unit's keys from its secret, as draft-ietf-hpke-pq's
// DeriveKeyPair does. The library's own is that of an earlier draft; a device
// only ever uses a public key, where they agree.
async function keysOf(unitSecret) {
  const labelled = concat(unhex(unitSecret), utf8("HPKE-v1KEM"), uint(0x647a, 2), uint(13, 2), utf8("DeriveKeyPair"), uint(32, 2));
  const seed = createHash("shake256", { outputLength: 32 }).update(labelled).digest();
  return suite.kem.generateKeyPairDerand(new Uint8Array(seed));
}

// secretOf opens a session as a unit does.
async function secretOf(unitSecret, enc) {
  const recipientKey = await keysOf(unitSecret);
  const context = await suite.createRecipientContext({ recipientKey, enc: enc.slice().buffer, info: bytes("istmo/screening/v1") });
  return new Uint8Array(await context.export(bytes("istmo/screening/session"), 32));
}

// open opens a record as a unit does.
async function open(secret, credential, record) {
  const ikm = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: credential, info: utf8("istmo/screening/record") };
  const key = await crypto.subtle.deriveKey(how, ikm, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
  const iv = concat(new Uint8Array(8), uint(record.n, 4));
  const cipher = { name: "AES-GCM", iv, additionalData: record.entry.subarray(0, HEAD) };
  const plain = new Uint8Array(await crypto.subtle.decrypt(cipher, key, record.entry.subarray(HEAD)));
  assert.equal(plain.length % 64, 0, "padded to a multiple of 64");
  return JSON.parse(plain[0] === 1 ? inflateRawSync(plain.subarray(1)).toString() : said(plain.subarray(1)));
}

test("the vectors of Go's half open here", async () => {
  assert.ok(vectors.length > 0);
  for (const v of vectors) {
    const keys = await keysOf(v.unit_secret);
    const key = new Uint8Array(await suite.kem.serializePublicKey(keys.publicKey));
    assert.equal(hex(key), v.public, "the unit's public key");
    assert.equal(hex((await sha256(key)).subarray(0, 16)), v.unit_id);
    const { sessions, records } = await unpack(unhex(v.bundle));
    assert.equal(sessions[0].session, v.session_id);
    assert.equal(hex(sessions[0].entry), v.session);
    const secret = await secretOf(v.unit_secret, sessions[0].entry.subarray(-1120));
    assert.equal(hex(secret), v.secret);
    assert.deepEqual(await open(secret, unhex(v.credential), records[0]), v.revision);
    assert.equal(receipt(unhex(v.chain)), v.receipt);
    assert.equal(hex(pack([sessions[0].entry, records[0].entry])), v.bundle, "a bundle comes back as it was");
  }
});

test("what is sealed here opens to the unit, and to nobody without the credential", async () => {
  const v = vectors[0];
  const session = await begin(sender, { id: unhex(v.unit_id), key: unhex(v.public) }, "dev_1", { id: "crd_1", secret: unhex(v.credential) });
  const revision = { parent: "", at: "2026-11-26T07:10:00Z", post: "pst_1", list: "", set: { given_names: "Canaria", languages: ["ht"] }, final: false, duress: false };
  const one = await session.seal(random(16), 1, revision);
  const two = await session.seal(random(16), 1, revision);
  assert.deepEqual([one.n, two.n], [0, 1], "no two records have one number");
  const { sessions, records } = await unpack(pack([session.entry, one.entry, two.entry]));
  const secret = await secretOf(v.unit_secret, sessions[0].entry.subarray(-1120));
  assert.deepEqual(await open(secret, unhex(v.credential), records[1]), revision);
  await assert.rejects(open(secret, random(32), records[0]));
  const moved = { ...records[0], entry: concat(records[0].entry.subarray(0, 21), random(16), records[0].entry.subarray(37)) };
  await assert.rejects(open(secret, unhex(v.credential), moved), "a seal holds its head");
});

test("a long text is deflated and a short one padded", async () => {
  const long = await pad({ set: { account: "Palabras con ñ y 中文. ".repeat(200) } });
  assert.equal(long[0], 1);
  assert.ok(long.length < 400, `${long.length} bytes`);
  const short = await pad({ a: 1 });
  assert.deepEqual([short[0], short.length], [0, 64]);
  assert.deepEqual(JSON.parse(said(short.subarray(1))), { a: 1 });
});

test("bytes are written down as the protocol says", () => {
  assert.equal(number(uint(70000, 4)), 70000);
  for (const n of [0, 1, 2, 3, 600, 70000]) {
    const b = random(Math.min(n, 65536));
    assert.equal(hex(unb64(b64(b))), hex(b));
  }
  assert.throws(() => unb64("a+b"));
  assert.equal(receipt(unhex("ff".repeat(16))), "ZZZZ-ZZZZ");
  assert.equal(receipt(unhex("080000001f" + "00".repeat(11))), "3222-222Z");
});

test("what is no bundle is refused", async () => {
  const v = vectors[0];
  const whole = unhex(v.bundle);
  for (const bad of [utf8("hello"), whole.subarray(0, 100), whole.subarray(0, -1), concat(whole, uint(0, 4)), concat(utf8("ISTMO-S1"), uint(1, 4), uint(9, 1))]) {
    await assert.rejects(unpack(bad));
  }
});

// desk is a store in memory that a chain writes to.
function desk() {
  const rows = new Map();
  return { rows, notes: [], alone: (step) => step(), async keep(record, _, instead, note) {
    if (instead) rows.delete(instead);
    rows.set(`${record.session}:${record.n}`, record);
    this.notes.push(note);
  } };
}

async function chain(left = () => false, known) {
  const v = vectors[0];
  const session = await begin(sender, { id: unhex(v.unit_id), key: unhex(v.public) }, "dev_1", { id: "crd_1", secret: unhex(v.credential) });
  const store = desk();
  const about = () => ({ post: "pst_1", list: "ind_1", duress: false, now: "2026-11-26T07:10:00Z" });
  const secret = await secretOf(v.unit_secret, session.entry.subarray(-1120));
  const read = async () => Promise.all([...store.rows.values()].map(async (r) => open(secret, unhex(v.credential), (await unpack(pack([r.entry]))).records[0])));
  return { c: new Chain({ session, store, about, left, known }), store, read, session };
}

test("an interview that has not left the device is one growing record", async () => {
  const { c, store, read, session } = await chain();
  c.put("sex", "female");
  await c.save();
  c.put("q.ACT-01", "yes");
  c.put("sex", "other");
  await c.save();
  assert.equal(await c.save(), null, "nothing changed, nothing sealed");
  await c.save(true);
  const [only] = await read();
  assert.equal(store.rows.size, 1);
  assert.deepEqual(only.set, { sex: "other", "q.ACT-01": "yes" });
  assert.deepEqual([only.parent, only.final], ["", true]);
  assert.equal(c.head, `${session.id}:2`);
  assert.deepEqual(store.notes.at(-1), { chain: c.id, receipt: c.receipt, head: c.head, rev: 1, final: true, at: "2026-11-26T07:10:00Z" });
});

test("what has left the device is gone on from, not replaced", async () => {
  const out = new Set();
  const { c, store, read, session } = await chain((key) => out.has(key));
  c.put("sex", "female");
  await c.save();
  out.add(c.head);
  c.put("age_band", "21-29");
  await c.save();
  c.put("age_band", "");
  await c.save();
  const [first, second] = await read();
  assert.equal(store.rows.size, 2);
  assert.deepEqual([first.set, second.set], [{ sex: "female" }, { age_band: "" }]);
  assert.equal(second.parent, `${session.id}:0`);
});

test("another day goes on by the receipt, without reading", async () => {
  const known = { chain: "0a".repeat(16), head: "0b".repeat(16) + ":7", rev: 3 };
  const { c, read } = await chain(() => false, known);
  c.put("needs", ["food"]);
  await c.save();
  const [only] = await read();
  assert.equal(only.parent, known.head);
  assert.equal(c.rev, 4);
  assert.deepEqual(only.set, { needs: ["food"] });
});

test("a save that fails is made up for by the next", async () => {
  const { c, store, read } = await chain();
  const keep = store.keep;
  store.keep = () => Promise.reject(new Error("the disk is full"));
  c.put("sex", "male");
  await assert.rejects(c.save());
  store.keep = keep;
  c.put("age_band", "18-20");
  await c.save();
  assert.deepEqual((await read())[0].set, { sex: "male", age_band: "18-20" });
});

test("a PIN opens its slot, and nobody sees which", async () => {
  const open = { id: "crd_1", secret: b64(random(32)), journal: b64(random(32)), duress: false };
  const empty = { ...open, journal: b64(random(32)), duress: true };
  const both = await slots({ pin: "480216", open, second: "739105", empty }, 1000);
  const alone = await slots({ pin: "480216", open }, 1000);
  assert.deepEqual(await enter(both, "480216"), { ...open, place: 0 });
  assert.deepEqual(await enter(both, "739105"), { ...empty, place: 1 });
  assert.equal(await enter(both, "000000"), null);
  assert.equal(await enter(alone, "739105"), null);
  const shape = (s) => [Object.keys(s).join(), s.rounds, ...s.slots.map((x) => x.length)].join();
  assert.equal(shape(both), shape(alone));
  const places = new Set();
  for (let i = 0; i < 40; i++) {
    const s = await slots({ pin: "480216", open }, 1);
    places.add(Boolean(await enter({ ...s, slots: [s.slots[0]] }, "480216")));
  }
  assert.equal(places.size, 2, "either slot may be the one that opens");
});

test("PINs that anybody tries first are refused", () => {
  for (const pin of ["111111", "123456", "654321", "112211", "121212", "123123", "123321", "250590", "199004", "12345", "12345a", "567890"]) assert.ok(weak(pin), pin);
  for (const pin of ["480216", "739105", "864209"]) assert.ok(!weak(pin), pin);
  assert.deepEqual([0, 4, 5, 6, 30].map(pause), [0, 0, 30, 60, 3600]);
});

test("a journal has one size, and its key alone reads it", async () => {
  const key = random(32);
  const j = await Journal.open(key, blank());
  assert.deepEqual(j.entries, []);
  for (let i = 0; i < 600; i++) j.note({ chain: hex(uint(i, 16)), receipt: "7K3Q-29XD", head: "0a".repeat(16) + ":1", rev: 1, at: "2026-11-26T07:10:00Z", ...(i === 5 && { state: "with-team" }) });
  const sealed = await j.seal();
  assert.equal(sealed.length, blank().length);
  assert.equal(sealed.length, SIZE + 28);
  const again = await Journal.open(key, sealed);
  assert.ok(again.entries.length > 200, `${again.entries.length} receipts`);
  assert.equal(again.entries[0].chain, hex(uint(599, 16)), "the newest stay");
  assert.deepEqual((await Journal.open(random(32), sealed)).entries, []);
  again.hear([{ chain: hex(uint(599, 16)), state: "open", due: [{ duty: "d", by: "b" }] }, { chain: "ff", state: "open" }]);
  assert.deepEqual(again.entries[0].due, [{ duty: "d", by: "b" }]);
});

test("pictures come together in any order, and only those that belong", async () => {
  const bundle = unhex(vectors[0].bundle);
  const texts = await parts(bundle);
  assert.match(texts[0], /^S1:[2-9A-HJ-NP-Z]{4}:1\/3:/);
  const c = new Collector();
  assert.equal(await c.take("hello"), null);
  assert.equal(await c.take(texts[2]), null);
  assert.equal(await c.take(texts[2]), null);
  assert.deepEqual([c.have, c.of, c.missing], [1, 3, [1, 2]]);
  assert.equal(await c.take(texts[0]), null);
  assert.equal(hex(await c.take(texts[1])), vectors[0].bundle);
  const forged = new Collector();
  await forged.take(texts[0]);
  await forged.take(texts[1]);
  await assert.rejects(forged.take(texts[2].slice(0, -4) + "AAAA"));
  assert.equal(forged.have, 0);
});
