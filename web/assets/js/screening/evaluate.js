// Puts answers beside a list of indicators, as indicators/evaluate.go does: the
// same list and answers give the same result, field by field, and both are held to
// indicators/testdata/evaluation.json. It explains and never decides.

const STRENGTHS = ["strong", "medium", "weak"];
const ELEMENTS = ["act", "means", "purpose"];

// evaluate gives the result for a subject ({child}) and answers ({CODE: "yes"}).
export function evaluate(list, subject, answers) {
  const child = Boolean(subject.child);
  const dimensions = dimensionsOf(list)
    .map((name) => dimension(list, child, answers, name))
    .filter(Boolean);
  const rows = [...list.rule.clauses, ...list.rule.together];
  return {
    list: list.id,
    version: list.version,
    child,
    elements: ELEMENTS.map((name) => element(list, child, dimensions, name)),
    dimensions,
    look_closer: dimensions.filter((d) => d.state === "positive" || d.state === "noted").map((d) => d.dimension),
    aside: Object.keys(answers).filter((code) => answers[code] === "yes" && !counted(find(list, code), child)).sort(),
    verified: rows.every((row) => row.verified),
  };
}

// groupOf is the group of a dimension. The abuse of a vulnerability stands apart
// from the other means.
export function groupOf(dimension) {
  const [group, what = ""] = dimension.split(":");
  if (what.startsWith("vulnerability")) return "vulnerability";
  if (group === "child_specific") return "child";
  if (group === "transit_context") return "context";
  return group;
}

// asked reports whether an indicator is for somebody who is treated as a child, or
// for an adult.
export function asked(indicator, child) {
  return indicator.applies_to === "all" || child === (indicator.applies_to === "child");
}

const find = (list, code) => list.indicators.find((i) => i.code === code);
const dimensionsOf = (list) => [...new Set(list.indicators.map((i) => i.dimension))];
const counted = (i, child) => i !== undefined && (child || i.applies_to !== "child");
const elementOf = (group) => (group === "vulnerability" ? "means" : ELEMENTS.includes(group) ? group : "");
const bearsOn = (i) => i.element || elementOf(groupOf(i.dimension));

function dimension(list, child, answers, name) {
  const d = { dimension: name, group: groupOf(name), state: "none", clause: "", noted: [], unknown: [], open: [], missing: [], too_few: false };
  const have = none(), rest = none();
  let shown = false;
  for (const i of list.indicators) {
    if (i.dimension !== name || !counted(i, child)) continue;
    const answer = Object.hasOwn(answers, i.code) ? answers[i.code] : "";
    if (answer !== "yes" && !asked(i, child)) continue;
    shown = true;
    if (answer === "yes") d.noted.push({ code: i.code, strength: i.strength, counts: i.validated });
    else if (answer === "unknown") d.unknown.push(i.code);
    else if (answer !== "no") d.open.push(i.code);
    add(answer === "yes" ? have : rest, i);
  }
  if (!shown) return null;
  if (child && elementOf(d.group) === "means") d.state = "irrelevant";
  else if (d.noted.length > 0) stand(d, list.rule, have, rest);
  return d;
}

function stand(d, rule, have, rest) {
  d.clause = met(rule, have);
  d.state = d.clause ? "positive" : "noted";
  if (d.clause) return;
  d.missing = lacking(rule, have, rest);
  d.too_few = d.missing.length === 0;
}

function element(list, child, dimensions, name) {
  const e = { element: name, state: "none", dimensions: [], together: "", codes: [] };
  const have = none();
  for (const d of dimensions) {
    let bears = false;
    for (const n of d.noted) {
      const i = find(list, n.code);
      if (bearsOn(i) !== name) continue;
      e.codes.push(n.code);
      add(have, i);
      bears ||= n.counts;
    }
    if (bears && d.state === "positive") e.dimensions.push(d.dimension);
  }
  if (child && name === "means") return { ...e, state: "irrelevant" };
  if (list.rule.together.some((j) => j.element === name)) e.together = met(list.rule, have);
  if (e.dimensions.length > 0 || e.together) e.state = "present";
  else if (e.codes.length > 0) e.state = "noted";
  return e;
}

// Counts by strength. One that is not validated counts nowhere; a stronger one
// stands for a weaker one.
const none = () => ({ strong: 0, medium: 0, weak: 0 });
const total = (n) => n.strong + n.medium + n.weak;
const same = (a, b) => STRENGTHS.every((s) => a[s] === b[s]);

function add(n, i) {
  if (i.validated) n[i.strength === "strong" || i.strength === "medium" ? i.strength : "weak"]++;
}

function covers(n, ask) {
  return n.strong >= ask.strong && n.strong + n.medium >= ask.strong + ask.medium && total(n) >= total(ask);
}

function met(rule, have) {
  return rule.clauses.find((c) => covers(have, c))?.code ?? "";
}

function lacking(rule, have, rest) {
  const all = [];
  for (const c of rule.clauses) {
    const l = short(have, c);
    if (covers(rest, l) && !all.some((other) => same(other, l))) all.push(l);
  }
  return all.filter((l) => !all.some((other) => !same(other, l) && covers(l, other)));
}

function short(have, c) {
  const strong = Math.max(0, c.strong - have.strong);
  const medium = Math.max(0, c.strong + c.medium - have.strong - have.medium - strong);
  const weak = Math.max(0, total(c) - total(have) - strong - medium);
  return { strong, medium, weak };
}
