// Preparing a phone, and a PIN for each officer on it: with a network, signed in
// to the node, once.
import { button, choice, field, h, note, title } from "./dom.js";
import { b64, hex, random, sha256 } from "./bytes.js";
import { slots, weak } from "./pin.js";
import { remember, t } from "./words.js";

const SIGN_IN = "/sign-in?next=%2Fscreening%2Fapp%2F";

// ask posts to the node as who is signed in there. Nobody signed in is null.
async function ask(path, body) {
  const answer = await fetch(`/screening/app/${path}`, {
    method: body ? "POST" : "GET",
    headers: body && { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
    redirect: "manual",
  });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return null;
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error("refused"), { why: said.why || t("prepare.failed") });
  return said;
}

// prepare is the first screen of a phone that is not prepared.
export async function prepare(app) {
  let desk;
  try {
    desk = await ask("posts");
  } catch (err) {
    return [title(t("prepare")), h("p.s-lead", t("prepare.why")), note("soon", h("p", err.why ?? t("prepare.network"))), button(t("again"), () => app.draw())];
  }
  if (!desk) {
    return [
      title(t("prepare")),
      h("p.s-lead", t("prepare.why")),
      h("ul.s-list", ["prepare.is.sealed", "prepare.is.pin", "prepare.is.offline"].map((k) => h("li", t(k)))),
      h("a.s-button.s-button--wide", { href: SIGN_IN }, t("prepare.sign-in")),
    ];
  }
  if (desk.posts.length === 0) return [title(t("prepare")), note("soon", h("p", t("prepare.no-post")))];
  const name = field(t("prepare.name"), { hint: t("prepare.name.hint"), maxlength: 60 });
  let post = desk.posts.length === 1 ? desk.posts[0].id : "";
  const where = choice(t("prepare.post"), desk.posts.map((p) => [p.id, p.name, { hint: p.place }]), { value: post, change: (v) => (post = v) });
  const go = async (pressed) => {
    name.fault(name.input.value.trim() ? null : t("prepare.name.fault"));
    where.fault(post ? null : t("prepare.post.fault"));
    if (!name.input.value.trim() || !post) return;
    pressed.currentTarget.disabled = true;
    try {
      const token = random(32);
      const made = await ask("enrol", { name: name.input.value.trim(), post, token_sha256: hex(await sha256(token)) });
      if (!made) return app.draw();
      await app.store.begin();
      await app.store.setDevice({ id: made.device, node: made.node, token: b64(token) });
      await app.store.setFact("settings", { tag: made.settings.tag, settings: made.settings });
      app.device = await app.store.device();
      app.settings = made.settings;
      app.revoked = false;
      remember("post", post);
      navigator.storage?.persist?.();
      await app.show("pin", { name: desk.officer }, { replace: true });
    } catch (err) {
      name.fault(err.why ?? t("prepare.network"));
      pressed.target.closest("button").disabled = false;
    }
  };
  return [title(t("prepare")), h("p.s-lead", t("prepare.signed-in", { Name: desk.officer })), name, where, button(t("prepare.go"), go, { wide: true })];
}

const pinField = (label, hint) => field(label, { hint, type: "password", inputmode: "numeric", maxlength: 6, autocomplete: "off", "data-pin": "" });

// pin has the officer who is signed in to the node choose theirs.
export async function pin(app, { name, more }) {
  const desk = name ? { officer: name } : await ask("posts").catch(() => undefined);
  if (!desk) {
    return [
      title(t("pin.add")),
      h("p.s-lead", t(desk === undefined ? "prepare.network" : "pin.add.why")),
      h("a.s-button.s-button--wide", { href: SIGN_IN }, t("prepare.sign-in")),
      button(t("back"), () => app.back(), { kind: "second", wide: true }),
    ];
  }
  const first = pinField(t("pin.first"), t("pin.first.hint"));
  const again = pinField(t("pin.again"));
  const second = pinField(t("pin.second"), t("pin.second.hint"));
  const secondAgain = pinField(t("pin.second.again"));
  const check = () => {
    const [a, b, c, d] = [first, again, second, secondAgain].map((f) => f.input.value);
    const faults = [
      [first, !/^\d{6}$/.test(a) ? "pin.fault.six" : weak(a) ? "pin.fault.weak" : ""],
      [again, a !== b ? "pin.fault.twice" : ""],
      [second, c === "" ? "" : !/^\d{6}$/.test(c) ? "pin.fault.six" : weak(c) ? "pin.fault.weak" : c === a ? "pin.fault.same" : ""],
      [secondAgain, c !== d ? "pin.fault.twice" : ""],
    ];
    for (const [f, fault] of faults.toReversed()) f.fault(fault && t(fault));
    return faults.every(([, fault]) => !fault);
  };
  const go = async (pressed) => {
    if (!check()) return;
    const b = pressed.currentTarget;
    b.disabled = true;
    app.says(t("pin.working"));
    try {
      await addOfficer(app, first.input.value, second.input.value);
      await app.home();
    } catch (err) {
      b.disabled = false;
      first.fault(err.why ?? t("prepare.network"));
    }
  };
  return [
    title(t(more ? "pin.add" : "pin.choose")),
    h("p.s-lead", t("pin.for", { Name: desk.officer })),
    first,
    again,
    h("details.s-details", h("summary", t("pin.danger")), h("p", t("pin.danger.why")), h("p", t("pin.danger.note")), second, secondAgain),
    button(t("pin.go"), go, { wide: true }),
  ];
}

// addOfficer makes an officer's credential and puts it under their PINs. Both
// slots make records that open; only one of them says that they were forced.
async function addOfficer(app, pinOf, second) {
  const secret = b64(random(32));
  const made = await ask("officer", { device: app.device.id, secret });
  if (!made) throw Object.assign(new Error("signed out"), { why: t("pin.add.why") });
  const open = { id: made.credential, secret, journal: b64(random(32)), duress: false };
  const kept = await slots({ pin: pinOf, open, second, empty: { ...open, journal: b64(random(32)), duress: true } });
  await app.store.addOfficer({ id: made.officer.id, name: made.officer.name, ...kept });
}

// revoked is all that a device shows that the unit has ended.
export function revoked(app) {
  return [title(t("revoked")), h("p.s-lead", t("revoked.why")), button(t("prepare.anew"), () => app.show("prepare"), { kind: "second" })];
}
