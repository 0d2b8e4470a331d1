// What the answers add up to, and why. It explains; it never decides.
import { h, icon, note, title } from "./dom.js";
import { evaluate } from "./evaluate.js";
import { dimension } from "./questions.js";
import { lang, t } from "./words.js";

const shape = { present: "danger", positive: "danger", noted: "unknown", none: "no", irrelevant: "no" };

export function result(app, { next }, onward) {
  const list = app.settings.list;
  if (!list?.rule) return [title(t("result")), note("soon", h("p", t("indicators.none"))), onward(t("next"), next)];
  const answers = Object.fromEntries(Object.entries(app.values).filter(([k]) => k.startsWith("q.")).map(([k, v]) => [k.slice(2), v]));
  const r = evaluate(list, { child: app.child }, answers);
  const words = (code) => list.indicators.find((i) => i.code === code)?.[lang] ?? code;
  const shown = r.dimensions.filter((d) => d.state === "positive" || d.state === "noted");
  return [
    title(t("result")),
    note("active", h("p", h("strong", t("result.never"))), h("p", t("result.one"))),
    r.child && note("soon", h("p", t("result.child"))),
    h("ul.s-elements", r.elements.map((e) => h(`li.s-element.s-element--${e.state}`, icon(shape[e.state] ?? "no"), h("div", h("strong", t(`element.${e.element}`)), h("span", t(`result.${e.state}`)), e.together && h("span.s-hint", clause(list, e.together)))))),
    shown.length === 0 ? h("p", t("result.nothing")) : shown.map((d) => dimensionCard(d, list, words)),
    r.aside.length > 0 && h("section.s-card", h("h2.s-head", t("result.aside")), h("ul.s-list", r.aside.map((c) => h("li", words(c))))),
    h("p.s-hint", t("result.open", { N: r.dimensions.reduce((n, d) => n + d.open.length, 0) })),
    !r.verified && h("p.s-hint", t("result.unverified")),
    onward(t("result.on"), next),
  ];
}

// dimensionCard says why a dimension stands as it does: which indicators, of which
// strength, by which clause of the rule.
function dimensionCard(d, list, words) {
  return h(
    "section.s-card",
    h("h2.s-head", dimension(d.dimension), " ", h(`span.s-tag.s-tag--${d.state === "positive" ? "danger" : "soon"}`, t(`result.${d.state}`))),
    h("ul.s-list", d.noted.map((n) => h("li", words(n.code), " ", h("span.s-soft", `(${t(`strength.${n.strength}`)}${n.counts ? "" : `; ${t("result.not-counted")}`})`)))),
    h("p.s-hint", d.clause ? t("result.because", { Rule: clause(list, d.clause) }) : d.too_few ? t("result.too-few") : t("result.not-met")),
  );
}

const clause = (list, code) => [...list.rule.clauses, ...list.rule.together].find((c) => c.code === code)?.[lang] ?? code;
