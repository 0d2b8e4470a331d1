// What a phone takes to be due: {duties, all: [{values, child, final}]} on the
// standard input, a list of keys for each on the standard output.
import { due } from "../../web/assets/js/screening/duties.js";

let text = "";
for await (const piece of process.stdin) text += piece;
const { duties, all } = JSON.parse(text);
console.log(JSON.stringify(all.map((one) => due(duties, one.values, one))));
