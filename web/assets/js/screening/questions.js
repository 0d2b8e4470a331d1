// The indicators: one question at a time for whoever begins, a list for whoever
// knows them. What a person is asked is in their language; what is only looked for
// is not asked.
import { button, choice, h, icon, note, title } from "./dom.js";
import { asked } from "./evaluate.js";
import { awaits } from "./talk.js";
import { aloud } from "./voice.js";
import { direction, knows, lang, remember, remembered, t, told } from "./words.js";

// wanted are the indicators of the list that are for this person. Somebody who
// did not agree to talk is asked nothing.
export function wanted(app) {
  const all = (app.settings.list?.indicators ?? []).filter((i) => asked(i, app.child));
  return app.values.consent === "given" ? all : all.filter((i) => i.way === "observe");
}

const answers = () => [
  ["yes", t("yes"), { icon: "yes" }],
  ["no", t("no"), { icon: "no" }],
  ["unknown", t("unknown"), { icon: "unknown" }],
];

export async function indicators(app, { next, said, go, given }, onward) {
  const all = wanted(app);
  const look = (await told(lang)).look;
  const head = [title(t("indicators")), app.values.consent !== "given" && note("active", h("p", t("indicators.observed")))];
  if (all.length === 0) return [head, note("soon", h("p", t("indicators.none"))), onward(t("next"), next)];
  if (remembered("questions", "one") === "list") return [head, ways(app), list(app, all, look), onward(t("indicators.done"), next)];
  const open = all.findIndex((i) => !app.values[`q.${i.code}`]);
  const at = Math.min(given.at ?? (open < 0 ? 0 : open), all.length - 1);
  return [head, ways(app), one(app, all, at, { said, look, next, given })];
}

// ways is the choice between one at a time and the list.
function ways(app) {
  const now = remembered("questions", "one");
  const other = now === "one" ? "list" : "one";
  return button(t(`indicators.${other}`), () => (remember("questions", other), app.draw()), { kind: "plain" });
}

// one shows a single question, large. Its answer leads to the next.
function one(app, all, at, { said, look, next, given }) {
  const i = all[at];
  const field = `q.${i.code}`;
  const seen = i.way === "observe";
  const question = seen ? (look[i.code] ?? i[lang]) : (said.ask[i.code] ?? i[lang]);
  const to = (n) => (n >= all.length ? next() : app.show("talk", { ...given, step: "indicators", at: n }, { replace: true }));
  const put = (v) => {
    app.put(field, v);
    to(at + 1);
  };
  return h(
    "section.s-question",
    h("p.s-soft", t("indicators.n", { N: at + 1, Of: all.length }), " · ", dimension(i.dimension)),
    h(
      ".s-asked-one",
      { lang: seen ? lang : said.lang, dir: seen ? "ltr" : said.dir || direction(said.lang) },
      icon(i.symbol || "person", true),
      h("h2.s-asked", { id: "asked" }, question),
    ),
    seen ? h("p.s-hint", t("indicators.look")) : [said.awaits.includes(i.code) && awaits(said), said.missing.includes(i.code) && h("p.s-awaits", t("indicators.missing")), aloud(said.missing.includes(i.code) ? "es" : said.lang, () => [question])],
    (seen || said.lang !== lang || question !== i[lang]) && h("p.s-officer", h("strong", t("indicators.for-officer")), " ", i[lang]),
    !i.validated && h("p.s-hint", t("indicators.proposal")),
    h(
      ".s-answers",
      { role: "group", "aria-labelledby": "asked" },
      answers().map(([v, words, more]) =>
        h("button.s-answer", { type: "button", "aria-pressed": String(app.values[field] === v), on: { click: () => put(v) } }, icon(more.icon), h("span", words), !seen && said.lang !== lang && h("span.s-answer__said", { lang: said.lang, dir: said.dir }, said.words[v])),
      ),
    ),
    h(
      ".s-row",
      at > 0 && button(t("indicators.before"), () => to(at - 1), { kind: "second" }),
      button(t("indicators.skip"), () => to(at + 1), { kind: "second" }),
      button(t("indicators.done"), next, { kind: "plain" }),
    ),
  );
}

// list shows all of them by dimension, in the officer's words.
function list(app, all, look) {
  const names = [...new Set(all.map((i) => i.dimension))];
  return names.map((name) =>
    h(
      "section.s-group",
      h("h2.s-head", dimension(name)),
      all
        .filter((i) => i.dimension === name)
        .map((i) =>
          choice(i[lang], answers(), { row: true, hint: i.way === "observe" ? (look[i.code] ?? null) : i.validated ? null : t("indicators.proposal"), value: app.values[`q.${i.code}`], change: (v) => app.put(`q.${i.code}`, v) }),
        ),
    ),
  );
}

export const dimension = (name) => (knows(`dimension.${name}`) ? t(`dimension.${name}`) : name);
