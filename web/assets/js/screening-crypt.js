// Sealing to a unit: HPKE with X-Wing, which no browser has of its own. It is a
// bundle apart, since the app opens before it is needed.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

const suite = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const text = (s) => new TextEncoder().encode(s).buffer;

// sender begins a session to a unit's public key: enc opens to the unit alone,
// secret is what both then know. ekm, 64 bytes, is for vectors only.
export async function sender(unit, ekm) {
  const recipientPublicKey = await suite.kem.deserializePublicKey(unit.slice().buffer);
  const context = await suite.createSenderContext({ recipientPublicKey, info: text("istmo/screening/v1"), ...(ekm && { ekm }) });
  return { enc: new Uint8Array(context.enc), secret: new Uint8Array(await context.export(text("istmo/screening/session"), 32)) };
}
