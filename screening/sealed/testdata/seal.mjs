// Seals what it is given as a device would, for Go's half to open:
// {unit, public, credential, revisions} in hex and JSON on the standard input,
// a bundle in hex on the standard output, then the texts of its pictures.
import { pack } from "../../../web/assets/js/screening/bundle.js";
import { hex, random, unhex } from "../../../web/assets/js/screening/bytes.js";
import { parts } from "../../../web/assets/js/screening/pictures.js";
import { begin } from "../../../web/assets/js/screening/session.js";
import { sender } from "../../../web/assets/js/screening-crypt.js";

let text = "";
for await (const piece of process.stdin) text += piece;
const given = JSON.parse(text);
const session = await begin(sender, { id: unhex(given.unit), key: unhex(given.public) }, given.device, { id: "crd_1", secret: unhex(given.credential) });
const chain = random(16);
const entries = [session.entry];
for (const [i, revision] of given.revisions.entries()) entries.push((await session.seal(chain, i + 1, revision)).entry);
const bundle = pack(entries);
console.log([hex(bundle), ...(await parts(bundle))].join("\n"));
