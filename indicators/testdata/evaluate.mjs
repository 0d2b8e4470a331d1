// Evaluates the cases on standard input with the device's own code, for
// TestTheBrowserSaysTheSame.
import { readFileSync } from "node:fs";

const module = new URL("../../web/assets/js/screening/evaluate.js", import.meta.url);
const source = readFileSync(module, "utf8");
const { evaluate } = await import("data:text/javascript;base64," + Buffer.from(source).toString("base64"));
const { list, cases } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map((c) => evaluate(list, c.subject, c.answers ?? {}))));
