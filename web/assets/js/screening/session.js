// A session: what an officer seals between entering the PIN and locking. Its key
// is in memory alone and cannot be taken out; without it what was sealed can be
// read by the unit only.
import { concat, hex, sha256, uint, utf8 } from "./bytes.js";
import { head, sessionEntry } from "./bundle.js";

const LABEL = utf8("istmo/screening/record");

// begin opens a session. sender is screening-crypt.js's; credential is {id,
// secret}, unit {id, key} with both as bytes.
export async function begin(sender, unit, device, credential) {
  const { enc, secret } = await sender(unit.key);
  const id = (await sha256(enc)).subarray(0, 16);
  const key = await recordKey(secret, credential.secret);
  secret.fill(0);
  return new Session(id, sessionEntry(unit.id, device, credential.id, enc), key);
}

// recordKey is the key of a session's records.
export async function recordKey(secret, credential) {
  const ikm = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: credential, info: LABEL };
  return crypto.subtle.deriveKey(how, ikm, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
}

export class Session {
  #key;
  #n = 0;

  constructor(id, entry, key) {
    this.bytes = id;
    this.id = hex(id);
    this.entry = entry;
    this.#key = key;
  }

  // seal makes the record of a revision. No two have one number, so that no
  // nonce is used twice.
  async seal(chain, rev, revision) {
    const n = this.#n++;
    const plain = await pad(revision);
    const ahead = head(this.bytes, n, chain, rev);
    const how = { name: "AES-GCM", iv: concat(new Uint8Array(8), uint(n, 4)), additionalData: ahead };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(how, this.#key, plain));
    return { session: this.id, n, chain: hex(chain), rev, entry: concat(ahead, sealed) };
  }
}

// pad writes a revision in the shorter of its two forms, up to a multiple of 64.
export async function pad(revision) {
  const json = utf8(JSON.stringify(revision));
  const small = await deflate(json);
  const [kind, body] = small && small.length < json.length ? [1, small] : [0, json];
  const padded = new Uint8Array(Math.ceil((1 + body.length) / 64) * 64).fill(kind === 0 ? 32 : 0);
  padded[0] = kind;
  padded.set(body, 1);
  return padded;
}

// deflate is raw DEFLATE, or nothing in a browser that has none.
async function deflate(bytes) {
  if (typeof CompressionStream === "undefined") return null;
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    return null; // an older browser knows the stream and not the raw form
  }
}
