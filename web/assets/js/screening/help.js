// Help at once: three taps to a sealed call for help, and the numbers to call.
import { button, choice, h, icon, note, title } from "./dom.js";
import { lang, t } from "./words.js";

export const KINDS = [
  ["danger", "danger"],
  ["health", "health"],
  ["child", "child"],
  ["violence", "violence"],
];

// numbers are whom to call, with where the number is from.
export function numbers(app) {
  const all = app.settings?.numbers ?? [];
  if (all.length === 0) return h("p", t("numbers.none"));
  return h(
    "ul.s-numbers",
    all.map((n) =>
      h(
        "li",
        h("a.s-number", { href: `tel:${n.number.replace(/[^\d+*#]/g, "")}` }, icon("phone"), h("span", h("strong", n.number), h("span", n[lang] ?? n.es))),
        !n.verified && h("p.s-hint", t("numbers.unverified")),
      ),
    ),
  );
}

// help asks what is needed, with a screening or without one.
export function help(app) {
  const alone = !app.open.chain;
  let kinds = [app.values?.help ?? []].flat();
  const what = choice(t("help.what"), KINDS.map(([k, picture]) => [k, t(`help.${k}`), { icon: picture, hint: t(`help.${k}.hint`) }]), { many: true, value: kinds, change: (v) => (kinds = v) });
  const go = async () => {
    if (kinds.length === 0) return what.fault(t("help.what.fault"));
    if (alone) app.begin();
    app.put("help", kinds);
    await app.flush();
    const receipt = app.open.chain.receipt;
    if (alone) {
      app.open.chain = null;
      app.values = {};
    }
    app.sync.now();
    await app.show("helped", { receipt, alone }, { replace: true });
  };
  return [title(t("help")), h("p.s-lead", t("help.why")), what, button(t("help.go"), go, { kind: "grave", wide: true, icon: "help" }), button(t("back"), () => app.back(), { kind: "second", wide: true })];
}

// helped says that the call is sealed, and whom to telephone now.
export function helped(app, { receipt, alone }) {
  return [
    title(t("helped")),
    note("done", h("p", t("helped.sealed")), h("p.s-receipt", receipt)),
    h("h2.s-head", t("helped.call")),
    h("p", t("helped.why")),
    numbers(app),
    alone
      ? [button(t("helped.go-on"), () => app.show("talk", { known: app.open.journal.entries.find((e) => e.receipt === receipt) }), { wide: true }), button(t("home"), () => app.home(), { kind: "second", wide: true })]
      : button(t("helped.back"), () => app.back(), { wide: true }),
  ];
}
