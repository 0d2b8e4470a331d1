// From one phone to another: as pictures or as a file. Who carries a record cannot
// read it.
import { unpack } from "./bundle.js";
import { bundle as script } from "./app.js";
import { button, field, h, note, title } from "./dom.js";
import { Collector, parts } from "./pictures.js";
import { bundlesOf } from "./sync.js";
import { amount, t } from "./words.js";

const PICTURES = 20 * 1024; // bytes that one sequence of pictures shows
const FILE = 12 << 20;

// pass hands over what waits here.
export async function pass(app, given) {
  const found = await app.store.alone(() => bundlesOf(app.store, PICTURES, (r) => app.mine(r)));
  if (found.length === 0) return [title(t("pass")), h("p.s-lead", t("pass.nothing")), button(t("back"), () => app.back(), { kind: "second", wide: true })];
  const bytes = found.reduce((n, b) => n + b.bytes.length, 0);
  if (given.show === undefined) {
    return [
      title(t("pass")),
      h("p.s-lead", t("pass.why")),
      h("p", t("pass.how", { N: found.reduce((n, b) => n + b.keys.length, 0), Bytes: amount(bytes), Pictures: Math.ceil(bytes / 600) })),
      button(t("pass.pictures"), () => app.show("pass", { show: 0 }), { wide: true, icon: "qr" }),
      button(t("pass.file"), () => file(app), { wide: true, kind: "second", icon: "file" }),
      button(t("back"), () => app.back(), { kind: "plain" }),
    ];
  }
  return pictures(app, found, given.show);
}

// gone marks records as having left this device: from here on nothing replaces
// them.
const gone = (app, b) => b.keys.forEach((k) => app.sync.left.add(k));

async function pictures(app, found, which) {
  const b = found[which];
  gone(app, b);
  const { draw } = await import(script("screening-draw"));
  const texts = await parts(b.bytes);
  const canvas = h("canvas.s-qr", { role: "img", "aria-label": t("pass.picture") });
  const count = h("p.s-count", { "aria-live": "off" });
  let at = 0;
  let timer = 0;
  const show = (n) => {
    at = (n + texts.length) % texts.length;
    draw(canvas, texts[at]);
    canvas.dataset.text = texts[at];
    count.textContent = t("pass.n", { N: at + 1, Of: texts.length });
  };
  const run = (on) => {
    clearInterval(timer);
    timer = on ? setInterval(() => show(at + 1), 700) : 0;
    pause.querySelector("span").textContent = t(on ? "pass.pause" : "pass.run");
  };
  const pause = button(t("pass.pause"), () => run(timer === 0), { kind: "second" });
  const keep = setInterval(() => dispatchEvent(new Event("input")), 30_000); // looking at pictures is not idling
  app.leaving(() => (clearInterval(timer), clearInterval(keep)));
  show(0);
  run(!matchMedia("(prefers-reduced-motion: reduce)").matches || texts.length > 1);
  return [
    title(t("pass.pictures")),
    found.length > 1 && h("p", t("pass.sequence", { N: which + 1, Of: found.length })),
    h(".s-frame", canvas),
    count,
    h(".s-row", button(t("pass.before"), () => (run(false), show(at - 1)), { kind: "second" }), pause, button(t("pass.after"), () => (run(false), show(at + 1)), { kind: "second" })),
    which + 1 < found.length && button(t("pass.further"), () => app.show("pass", { show: which + 1 }, { replace: true }), { wide: true }),
    h("p.s-hint", t("pass.stays")),
    button(t("back"), () => app.back(), { kind: "plain" }),
  ];
}

// file offers what waits as a file to keep or to send.
async function file(app) {
  const [b] = await app.store.alone(() => bundlesOf(app.store, FILE, (r) => app.mine(r)));
  gone(app, b);
  const name = `istmo-${app.settings.node.toLowerCase()}-${new Date().toISOString().slice(0, 10)}.istmo`;
  app.stay();
  const link = h("a", { href: URL.createObjectURL(new Blob([b.bytes], { type: "application/octet-stream" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  app.says(t("pass.saved"));
}

// take brings in what another phone hands over.
export function take(app) {
  const said = h("p.s-count", { role: "status" });
  const collector = new Collector();
  const done = async (bytes) => {
    const fresh = await app.store.carry(await unpack(bytes));
    await app.show("taken", { fresh }, { replace: true });
    app.sync.now();
  };
  let over = false;
  const read = async (text) => {
    if (over) return;
    try {
      const whole = await collector.take(text);
      if (whole) {
        over = true;
        return await done(whole);
      }
      if (collector.of) said.textContent = t("take.have", { N: collector.have, Of: collector.of, Missing: collector.missing.slice(0, 12).join(", ") });
    } catch {
      over = false;
      said.textContent = t("take.bad");
    }
  };
  return [
    title(t("take")),
    h("p.s-lead", t("take.why")),
    camera(app, read, said),
    said,
    picker(app, "take.pictures", "image/*", async (files) => {
      const { readPicture } = await import(script("screening-read"));
      for (const f of files) for (const text of await readPicture(f)) await read(text);
      if (collector.of === 0) said.textContent = t("take.none");
    }),
    picker(app, "take.file", "", async ([f]) => {
      try {
        await done(new Uint8Array(await f.arrayBuffer()));
      } catch {
        said.textContent = t("take.bad");
      }
    }),
    button(t("back"), () => app.back(), { kind: "plain" }),
  ];
}

// picker is a file input under a label that looks like a button.
function picker(app, key, accept, act) {
  const group = field(t(key), { type: "file", accept, multiple: accept !== "" || undefined, "data-take": key });
  group.input.addEventListener("click", () => app.stay());
  group.input.addEventListener("change", () => group.input.files.length > 0 && act([...group.input.files]));
  return group;
}

// camera reads pictures as they pass before it.
function camera(app, read, said) {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  const place = h("div");
  const start = async () => {
    app.stay();
    try {
      const { watch } = await import(script("screening-read"));
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      const video = h("video.s-camera", { autoplay: true, playsinline: true, muted: true, "aria-label": t("take.view") });
      video.srcObject = stream;
      const stop = watch(video, read);
      app.leaving(() => (stop(), stream.getTracks().forEach((track) => track.stop())));
      place.replaceChildren(h(".s-frame", video));
      said.textContent = t("take.looking");
    } catch {
      said.textContent = t("take.no-camera");
    }
  };
  place.append(button(t("take.camera"), start, { wide: true, icon: "camera" }));
  return place;
}

// taken says what came in.
export function taken(app, { fresh }) {
  return [title(t("taken")), note("done", h("p", t("taken.n", { N: fresh }))), h("p", t("taken.why")), button(t("home"), () => app.home(), { wide: true })];
}
