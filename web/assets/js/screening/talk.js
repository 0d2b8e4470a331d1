// A screening, step by step. Which steps there are depends on what has been
// answered: somebody who is not alone is asked about their safety only, and
// somebody who did not agree is asked nothing.
import { button, choice, field, h, icon, note, title } from "./dom.js";
import { numbers, KINDS } from "./help.js";
import { indicators } from "./questions.js";
import { result } from "./result.js";
import { aloud } from "./voice.js";
import { direction, knows, lang, LANGS, t, told } from "./words.js";

// steps are the names of the steps, for what has been answered so far.
export function steps(v) {
  const all = ["before"];
  if (v.private === "no") return [...all, "language", "safety", "who", "needs", "companions", "finish"];
  all.push("language", "rights", "consent", "who", "indicators");
  return [...all, "result", "outcome", "needs", "identity", "companions", "finish"];
}

// talk shows the step that is on, or begins.
export async function talk(app, given) {
  if (!app.open.chain) {
    app.begin(given.known);
    app.says(t("talk.begun", { Receipt: app.open.chain.receipt }));
  }
  const at = given.step ?? "before";
  const all = steps(app.values);
  const n = Math.max(all.indexOf(at), 0);
  const go = async (to) => {
    await app.flush();
    await app.show("talk", { ...given, step: to });
  };
  const next = () => go(steps(app.values)[steps(app.values).indexOf(at) + 1]);
  const said = await told(app.values.spoken ?? lang).catch(() => told(lang));
  const here = await screens[all[n]](app, { next, go, said, given });
  return [
    h(
      ".s-progress",
      h("span", t("talk.step", { N: n + 1, Of: all.length })),
      h("span.s-kept", { "data-kept": true }),
      h("span.s-receipt.s-receipt--small", { title: t("receipt") }, app.open.chain.receipt),
    ),
    h("progress.s-bar", { max: all.length, value: n + 1, "aria-label": t("talk.step", { N: n + 1, Of: all.length }) }),
    app.open.chain.resumed && n === 0 && note("active", h("p", t("talk.resumed"))),
    here,
    h(
      "nav.s-more",
      { "aria-label": t("talk.ways") },
      n > 0 && button(t("back"), () => app.back(), { kind: "second", icon: "back" }),
      at !== "finish" && button(t("talk.leave"), () => app.leave(), { kind: "plain" }),
    ),
  ];
}

const onward = (words, act) => button(words, act, { wide: true, icon: "next" });

// answer is a choice that is kept as a field of the screening.
function answer(app, name, options, more = {}) {
  return choice(more.legend ?? t(name), options, { value: app.values[name], change: (v) => (app.put(name, v), more.then?.(v)), ...more });
}

const yesNo = () => [["yes", t("yes"), { icon: "yes" }], ["no", t("no"), { icon: "no" }]];

// spoken is a text for the person, in their language, to show or have read.
function spoken(said, ...keys) {
  const there = keys.filter((k) => said.words[k]);
  if (there.length === 0) return null;
  return h(
    ".s-said-to",
    { lang: said.lang, dir: said.dir || direction(said.lang) },
    there.map((k) => h("p", said.words[k])),
    there.some((k) => said.awaits.includes(k)) && awaits(said),
    aloud(said.lang, () => there.map((k) => said.words[k])),
  );
}

export const awaits = (said) => h("p.s-awaits", icon("unknown"), said.words.awaits);

// RIGHTS is the order of the sheet of rights; what is not in it comes last.
const RIGHTS = ["talk", "stop", "help", "forced", "language", "child", "secret", "then", "now"];

function sheet(said) {
  const place = (k) => (RIGHTS.indexOf(k.split(".")[1]) + 100) % 100;
  return Object.keys(said.words)
    .filter((k) => /^rights\..+\.head$/.test(k))
    .sort((a, b) => place(a) - place(b));
}

const screens = {
  // How to speak with somebody, before anything is asked.
  before(app, { next }) {
    const go = () => (app.values.private ? next() : set.fault(t("private.fault")));
    const set = answer(app, "private", [["yes", t("private.yes"), { icon: "yes" }], ["no", t("private.no"), { icon: "no", hint: t("private.no.hint") }]]);
    return [
      title(t("before")),
      h("ul.s-list.s-list--air", [1, 2, 3, 4, 5].map((n) => h("li", t(`before.${n}`)))),
      set,
      onward(t("next"), go),
    ];
  },

  language(app, { next, said }) {
    const go = () => (app.values.spoken ? next() : set.fault(t("spoken.fault")));
    const set = answer(app, "spoken", LANGS.map(([code, name]) => [code, name, { lang: code }]), { then: () => app.draw() });
    return [
      title(t("language")),
      spoken(said, "choose-language"),
      set,
      answer(app, "interpreter", yesNo(), { row: true, hint: t("interpreter.hint") }),
      onward(t("next"), go),
    ];
  },

  rights(app, { next, said }) {
    const heads = sheet(said);
    const texts = () => [said.words["rights.title"], ...heads.flatMap((k) => [said.words[k], said.words[k.replace(".head", ".text")]])].filter(Boolean);
    const go = (v) => () => {
      app.put("rights_read", v);
      next();
    };
    return [
      title(t("rights")),
      h("p.s-hint", t("rights.hint")),
      h(
        "section.s-sheet",
        { lang: said.lang, dir: said.dir || direction(said.lang) },
        h("h2.s-sheet__title", said.words["rights.title"]),
        aloud(said.lang, texts),
        heads.map((k) => h(".s-right", icon(said.symbols[k] ?? "person", true), h("div", h("h3", said.words[k]), h("p", said.words[k.replace(".head", ".text")])))),
        heads.some((k) => said.awaits.includes(k)) && awaits(said),
      ),
      onward(t("rights.read"), go("yes")),
      button(t("rights.not"), go("no"), { kind: "second", wide: true }),
    ];
  },

  consent(app, { next, said }) {
    const keys = ["intro", "interview", "purpose", "uses", "research", "access", "retention", "withdraw", app.child && "child"].filter(Boolean).map((k) => `consent.${k}`);
    const there = keys.filter((k) => said.words[k]);
    const set = answer(app, "consent", [["given", t("consent.given"), { icon: "yes" }], ["refused", t("consent.refused"), { icon: "no", hint: t("consent.refused.hint") }], ["not-asked", t("consent.not-asked"), { icon: "unknown", hint: t("consent.not-asked.hint") }]]);
    const go = () => {
      if (!app.values.consent) return set.fault(t("consent.fault"));
      if (app.values.spoken) app.put("consent_language", app.values.spoken);
      if (app.values.consent === "given" && !app.values.consent_way) app.put("consent_way", "spoken-witnessed");
      next();
    };
    return [
      title(t("consent")),
      h("p.s-hint", t("consent.hint")),
      h(
        "section.s-sheet",
        { lang: said.lang, dir: said.dir || direction(said.lang) },
        h("h2.s-sheet__title", said.words["consent.title"]),
        aloud(said.lang, () => there.map((k) => said.words[k])),
        there.map((k) => h("p", said.words[k])),
        there.some((k) => said.awaits.includes(k)) && awaits(said),
      ),
      set,
      answer(app, "consent_way", ["written", "spoken-witnessed", "signed-language", "recorded"].map((w) => [w, t(`cases.way.${w}`)]), { legend: t("consent.way") }),
      onward(t("next"), go),
    ];
  },

  // Not alone: only what keeps them safe now.
  safety(app, { next, said }) {
    return [
      title(t("safety")),
      note("soon", h("p", t("safety.why"))),
      spoken(said, "danger", "health"),
      answer(app, "help", KINDS.map(([k, picture]) => [k, t(`help.${k}`), { icon: picture, hint: t(`help.${k}.hint`) }]), { many: true, legend: t("help.what"), then: () => app.flush() }),
      h("details.s-details", h("summary", t("numbers")), numbers(app)),
      onward(t("next"), next),
    ];
  },

  who(app, { next, said }) {
    const asks = app.values.consent === "given" || app.values.consent === undefined;
    const child = h("div", { "aria-live": "polite" });
    const told = () => child.replaceChildren(...childNote(app));
    const words = (list, kind) => list.map((c) => [c, t(`cases.${kind}.${c}`)]);
    told();
    return [
      title(t("who")),
      !asks && note("active", h("p", t("who.seen"))),
      asks && app.values.private !== "no" && spoken(said, "age", "citizenship", "company"),
      answer(app, "sex", words(["female", "male", "other", "unknown"], "sex"), { row: true }),
      answer(app, "age_band", words(["0-8", "9-17", "18-20", "21-29", "30-38", "39-47", "48-64", "65+", "unknown"], "age_band"), { row: true, hint: t("age_band.hint"), then: told }),
      answer(app, "age_in_doubt", yesNo(), { row: true, hint: t("age_in_doubt.hint"), then: told }),
      child,
      countries(app),
      answer(app, "languages", LANGS.map(([c, name]) => [c, name, { lang: c }]), { many: true, row: true }),
      answer(app, "company", ["alone", "family", "known", "unrelated-adult", "group"].map((c) => [c, t(`company.${c}`)]), { then: told }),
      onward(t("next"), next),
    ];
  },

  indicators: (app, given) => indicators(app, given, onward),
  result: (app, given) => result(app, given, onward),

  // The officer decides, with reasons.
  outcome(app, { next, given }) {
    const options = ["presumed", "smuggled", "other-protection", "none"].map((o) => [o, t(`outcome.${o}`), { hint: t(`outcome.${o}.hint`) }]);
    const after = h("div", { "aria-live": "polite" });
    const told = () => after.replaceChildren(...nextSteps(app.values.outcome));
    const set = answer(app, "outcome", options, { then: told });
    const reasons = field(t("reasons"), { hint: t("reasons.hint"), rows: 4, maxlength: 4000, value: app.values.reasons, change: (v) => app.put("reasons", v.trim()) });
    const go = () => {
      if (!app.values.outcome) return set.fault(t("outcome.fault"));
      if ((app.values.reasons ?? "").length < 3) return reasons.fault(t("reasons.fault"));
      next();
    };
    told();
    return [title(t("outcome")), h("p.s-lead", t("outcome.why")), set, reasons, after, onward(t("next"), go)];
  },

  needs(app, { next, said }) {
    const all = ["food", "health", "lodging", "safety", "clothing", "interpreter", "psychological", "legal", "documents", "family-contact", "child-care", "transport", "education", "work"];
    return [
      title(t("needs")),
      spoken(said, "health"),
      answer(app, "needs", all.map((n) => [n, t(`cases.needs.${n}`)]), { many: true, row: true, hint: t("needs.hint") }),
      app.values.private !== "no" && field(t("health"), { optional: true, rows: 2, maxlength: 2000, hint: t("health.hint"), value: app.values.health, change: (v) => app.put("health", v.trim()) }),
      app.values.private !== "no" && field(t("account"), { optional: true, rows: 4, maxlength: 8000, hint: t("account.hint"), value: app.values.account, change: (v) => app.put("account", v.trim()) }),
      onward(t("next"), next),
    ];
  },

  identity(app, { next, said }) {
    const line = (name, more = {}) => field(t(name), { optional: true, maxlength: 200, value: app.values[name], change: (v) => app.put(name, v.trim()), ...more });
    return [
      title(t("identity")),
      h("p.s-lead", t("identity.why")),
      spoken(said, "name"),
      line("given_names", { autocapitalize: "words" }),
      line("family_names", { autocapitalize: "words" }),
      line("birth_date", { hint: t("birth_date.hint"), inputmode: "numeric", maxlength: 10, placeholder: "" }),
      line("document", { hint: t("document.hint") }),
      spoken(said, "safe-contact"),
      line("phone", { inputmode: "tel" }),
      line("safe_contact", { hint: t("safe_contact.hint") }),
      onward(t("next"), next),
    ];
  },

  companions(app, { next }) {
    const count = field(t("companions"), { hint: t("companions.hint"), inputmode: "numeric", maxlength: 3, value: app.values.companions, change: (v) => /^\d*$/.test(v.trim()) && app.put("companions", v.trim()) });
    const go = () => (/^\d*$/.test(count.input.value.trim()) ? next() : count.fault(t("companions.fault")));
    return [title(t("companions.title")), count, answer(app, "companions_where", ["here", "other-side", "unknown"].map((w) => [w, t(`where.${w}`)]), {}), onward(t("next"), go)];
  },

  finish(app, { said }) {
    const { receipt } = app.open.chain;
    const { outcome, help } = app.values;
    const go = async (b) => {
      b.currentTarget.disabled = true;
      app.put("finished_at", new Date().toISOString().replace(/\.\d+Z$/, "Z"));
      await app.finish();
      app.values = {};
      await app.show("finished", { receipt, outcome, help, child: app.child }, { replace: true });
    };
    return [
      title(t("finish")),
      h("p.s-lead", t("finish.why")),
      h(".s-sheet.s-sheet--mid", { lang: said.lang, dir: said.dir || direction(said.lang) }, h("p", said.words.receipt), h("p.s-receipt", receipt), h("p", said.words["receipt-why"]), h("p", said.words.thanks)),
      nextSteps(outcome),
      button(t("finish.go"), go, { wide: true, icon: "yes" }),
    ];
  },
};

// finished says that a screening is sealed.
export function finished(app, { receipt, outcome }) {
  return [
    title(t("finished")),
    note("done", h("p", t("finished.why")), h("p.s-receipt", receipt)),
    nextSteps(outcome),
    button(t("finished.another"), () => app.show("talk", {}, { replace: true }), { wide: true }),
    button(t("home"), () => app.home(), { kind: "second", wide: true }),
  ];
}

// nextSteps are what follows from an outcome: each has its own.
function nextSteps(outcome) {
  if (!outcome || !knows(`after.${outcome}.1`)) return [];
  const lines = [1, 2, 3, 4].filter((n) => knows(`after.${outcome}.${n}`)).map((n) => h("li", t(`after.${outcome}.${n}`)));
  return [h("section.s-card", h("h2.s-head", t("after")), h("ul.s-list", lines))];
}

// childNote says what being a child changes, and that a child alone does not wait.
function childNote(app) {
  if (!app.child) return [];
  const alone = ["alone", "unrelated-adult"].includes(app.values.company);
  const guardian = answer(app, "guardian", ["none", "mother-or-father", "relative", "child-authority", "court-appointed"].map((g) => [g, t(`guardian.${g}`)]), { hint: t("guardian.hint") });
  return [
    note(
      alone ? "danger" : "soon",
      h("p", h("strong", t("child"))),
      h("p", t("child.means")),
      alone && [h("p", h("strong", t("child.alone"))), button(t("child.call"), () => callChild(app), { kind: "grave", icon: "child" })],
    ),
    guardian,
  ];
}

async function callChild(app) {
  app.put("help", [...new Set([...[app.values.help ?? []].flat(), "child"])]);
  await app.flush();
  app.sync.now();
  await app.show("helped", { receipt: app.open.chain.receipt, alone: false });
}

const NEAR = ["VE", "HT", "EC", "CO", "CN", "CU", "NI", "PA", "CR", "PE", "BR", "CL", "DO", "HN", "GT", "SV"];

// countries are those from which most people come through here, and any other.
function countries(app) {
  const names = new Intl.DisplayNames([lang], { type: "region" });
  const now = [app.values.citizenships ?? []].flat();
  const codes = [...new Set([...NEAR, ...now])];
  const others = h("select.s-input", { id: "other-country" }, h("option", { value: "" }, t("citizenships.other")), allCountries(names).filter(([c]) => !codes.includes(c)).map(([c, n]) => h("option", { value: c }, n)));
  others.addEventListener("change", () => {
    if (!others.value) return;
    app.put("citizenships", [...[app.values.citizenships ?? []].flat(), others.value]);
    app.draw();
  });
  return [
    answer(app, "citizenships", codes.map((c) => [c, names.of(c)]), { many: true, row: true }),
    h(".s-field", h("label.s-label.s-label--soft", { for: "other-country" }, t("citizenships.more")), others),
  ];
}

// allCountries are the regions that the browser has a name for.
function allCountries(names) {
  const found = [];
  for (let a = 65; a <= 90; a++)
    for (let b = 65; b <= 90; b++) {
      const code = String.fromCharCode(a, b);
      let name = code;
      try {
        name = names.of(code);
      } catch {
        continue;
      }
      if (name !== code && !NONE.includes(code)) found.push([code, name]);
    }
  return found.sort((x, y) => x[1].localeCompare(y[1]));
}

// NONE are codes that browsers name and that are no country: groups, old ones.
const NONE = ["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "DG", "EA", "IC", "TA", "AN", "BU", "CS", "DD", "FX", "NT", "SU", "TP", "YD", "YU", "ZR", "CQ", "DY", "HV", "NH", "RH", "UK", "VD"];
