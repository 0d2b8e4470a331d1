// The screen of a locked device: who, and their PIN. Nothing here says whether
// anything waits, or was ever written.
import { button, choice, field, h, title } from "./dom.js";
import { numbers } from "./help.js";
import { enter, pause } from "./pin.js";
import { remember, remembered, t } from "./words.js";

export async function lock(app) {
  const officers = await app.store.officers();
  if (officers.length === 0) return [title(t("lock.nobody")), button(t("pin.add"), () => app.show("pin", { more: true }), { wide: true })];
  let who = officers.find((o) => o.id === remembered("officer")) ?? officers[0];
  const many = officers.length > 1;
  const digits = field(t("lock.pin"), { type: "password", inputmode: "numeric", maxlength: 6, autocomplete: "off", "data-pin": "", "data-first": !many });
  const go = button(t("lock.open"), null, { wide: true, type: "submit" });
  const form = h("form.s-form", { novalidate: true }, digits, go);
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    go.disabled = true;
    await attempt(app, who, digits);
    go.disabled = false;
  });
  digits.input.addEventListener("input", () => digits.input.value.length === 6 && form.requestSubmit());
  return [
    title(many ? t("lock.who") : t("lock.hello", { Name: who.name })),
    many && choice(t("lock.who"), officers.map((o) => [o.id, o.name]), { value: who.id, hidden: true, change: (v) => ((who = officers.find((o) => o.id === v)), remember("officer", v), digits.input.focus()) }),
    form,
    h("details.s-details", h("summary", t("numbers")), numbers(app)),
    h("p.s-soft", t("lock.forgot")),
    button(t("pin.add"), () => app.show("pin", { more: true }), { kind: "plain" }),
  ];
}

// attempt tries a PIN. A wrong one is counted before it is known to be wrong, so
// that ending the app does not undo it.
async function attempt(app, who, digits) {
  const tries = (await app.store.fact("tries")) ?? { wrong: 0, until: 0 };
  const wait = Math.ceil((tries.until - Date.now()) / 1000);
  if (wait > 0 && wait <= 3600) return refuse(digits, t("lock.wait", { N: wait }));
  const pin = digits.input.value;
  if (!/^\d{6}$/.test(pin)) return refuse(digits, t("pin.fault.six"));
  const wrong = tries.wrong + 1;
  await app.store.setFact("tries", { wrong, until: Date.now() + pause(wrong) * 1000 });
  const slot = await enter(who, pin);
  digits.input.value = "";
  if (!slot) {
    const seconds = pause(wrong);
    return refuse(digits, seconds ? t("lock.wait", { N: seconds }) : t("lock.wrong"));
  }
  await app.store.setFact("tries", { wrong: 0, until: 0 });
  await app.unlock(who, slot);
}

function refuse(digits, words) {
  digits.input.value = "";
  digits.fault(words);
}
