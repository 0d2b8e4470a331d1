// Elements, made by hand. Nothing that somebody typed is ever read as markup.
import { t } from "./words.js";

// h makes an element: h("p.a.b", {attributes, on: {event: f}}, …children).
// Nothing, false and null are no children; a text is a text.
export function h(tag, attrs, ...children) {
  if (attrs === null || typeof attrs !== "object" || attrs instanceof Node || Array.isArray(attrs)) {
    children.unshift(attrs);
    attrs = {};
  }
  const [name, ...classes] = tag.split(".");
  const e = document.createElement(name || "div");
  if (classes.length > 0) e.className = classes.join(" ");
  for (const [key, value] of Object.entries(attrs)) {
    if (key === "on") for (const [event, f] of Object.entries(value)) e.addEventListener(event, f);
    else if (value === true) e.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) e.setAttribute(key, value);
  }
  e.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return e;
}

let serial = 0;

// id is one that nothing else on the page has.
export const id = (name) => `${name}-${++serial}`;

// button is a button that does something. kind: "", "second", "grave", "plain".
export function button(words, act, { kind = "", icon: picture, wide, ...attrs } = {}) {
  const classes = ["button", ...["s-button", kind && `s-button--${kind}`, wide && "s-button--wide"].filter(Boolean)].join(".");
  return h(classes, { type: "button", on: { click: act }, ...attrs }, picture && icon(picture), h("span", words));
}

// icon is one of the pictures of symbols.js, for the eye alone.
export function icon(name, big) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", big ? "s-symbol" : "s-icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of (pictures[name] ?? "").split("|")) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

// field is a label over an input, with what helps below the label. Its node has
// .input and .fault(words).
export function field(label, { hint, value = "", rows, change, optional, ...attrs } = {}) {
  const at = id("f");
  const input = h(rows ? "textarea.s-input" : "input.s-input", { id: at, rows, autocomplete: "off", autocapitalize: "sentences", spellcheck: "false", ...attrs });
  input.value = value;
  if (change) input.addEventListener("input", () => change(input.value));
  const group = h(
    ".s-field",
    h("label.s-label", { for: at }, label, optional && h("span.s-soft", ` ${t("optional")}`)),
    hint && h("p.s-hint", { id: `${at}-h` }, hint),
    h("p.s-fault", { id: `${at}-e`, hidden: true }),
    input,
  );
  describe(group, input, at, hint);
  group.input = input;
  return group;
}

// describe lets a group say what is wrong with it.
function describe(group, input, at, hint) {
  const says = (fault) => [hint && `${at}-h`, fault && `${at}-e`].filter(Boolean).join(" ");
  if (says()) input.setAttribute("aria-describedby", says());
  group.fault = (words) => {
    const line = group.querySelector(".s-fault");
    line.hidden = !words;
    line.textContent = words ?? "";
    group.classList.toggle("s-field--fault", Boolean(words));
    if (says(words)) input.setAttribute("aria-describedby", says(words));
    if (words && input.focus) (input.matches("fieldset") ? input.querySelector("input") : input).focus();
  };
}

// choice is a set of large answers, one or many of which are chosen. options are
// [value, words, {hint, icon, lang}]; value is a text, or a list where many.
export function choice(legend, options, { many, value, change, hint, hidden, row, level } = {}) {
  const at = id("c");
  const chosen = new Set([value ?? []].flat());
  const set = h(
    `fieldset.s-choice${row ? ".s-choice--row" : ""}`,
    h("legend.s-label", { class: hidden ? "s-label s-unseen" : "s-label" }, level ? h(`h${level}.s-asked`, legend) : legend),
    hint && h("p.s-hint", { id: `${at}-h` }, hint),
    h("p.s-fault", { id: `${at}-e`, hidden: true }),
    h(
      ".s-tiles",
      options.map(([v, words, more = {}]) => {
        const input = h("input", { type: many ? "checkbox" : "radio", name: at, value: v, checked: chosen.has(v) });
        input.addEventListener("change", () => {
          if (!many) chosen.clear();
          if (input.checked) chosen.add(v);
          else chosen.delete(v);
          set.fault(null);
          change?.(many ? options.map(([o]) => o).filter((o) => chosen.has(o)) : v);
        });
        return h(
          "label.s-tile",
          { lang: more.lang, dir: more.lang && "auto" },
          input,
          more.icon && icon(more.icon),
          h("span", h("span.s-tile__words", words), more.hint && h("span.s-hint", more.hint)),
        );
      }),
    ),
  );
  describe(set, set, at, hint);
  return set;
}

// note is something to be seen: tone "", "soon", "danger", "done", "active".
export const note = (tone, ...children) => h(`.s-note${tone ? `.s-note--${tone}` : ""}`, children);

// alone is one of a kind on the page: a heading, at which a screen begins.
export const title = (words) => h("h1.s-title", { tabindex: "-1" }, words);

// Pictures are drawn here, in lines on a field of 24.
const pictures = {
  help: "M12 12m-9.5 0a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0|M12 7v6|M12 16.800v.3",
  lock: "M6 11h12v9H6z|M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  speak: "M4 9.5h4l5-4v13l-5-4H4z|M16 9a4 4 0 0 1 0 6|M18.5 6.5a8 8 0 0 1 0 11",
  stop: "M7 7h10v10H7z",
  light: "M19 14.5A8 8 0 1 1 9.5 5a6.5 6.5 0 0 0 9.5 9.5z",
  send: "M12 19V6|M6.5 11.5 12 6l5.5 5.5|M5 21h14",
  qr: "M4 4h6v6H4z|M14 4h6v6h-6z|M4 14h6v6H4z|M14 14h2v2h-2z|M18 14h2|M20 18v2h-2|M14 20h2",
  camera: "M4 8h4l1.5-2.5h5L16 8h4v11H4z|M12 13m-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0",
  file: "M6 3h8l4 4v14H6z|M14 3v4h4",
  yes: "M5 12.5l4.5 4.5L19 7.5",
  no: "M6 6l12 12|M18 6 6 18",
  unknown: "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2|M12 17.5v.2",
  danger: "M12 4 2.5 20h19z|M12 10v4.5|M12 17v.3",
  person: "M12 8m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0|M5 20.5c.5-5 3-7 7-7s6.5 2 7 7",
  next: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
  gear: "M4 7h10M18 7h2M4 17h2M10 17h10|M16 7m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0|M8 17m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
  clock: "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0|M12 7v5l3.5 2",
  debt: "M4 7h16v10H4z|M12 12m-2.3 0a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0-4.6 0|M7 20.5h10",
  papers: "M6 3h12v18H6z|M12 9m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0|M9 14.5h6|M9 17.5h6",
  locked: "M6 11h12v9H6z|M8.5 11V8a3.5 3.5 0 0 1 7 0v3|M12 14.5v2.5",
  violence: "M7 12V7.5a1.5 1.5 0 0 1 3 0V6a1.5 1.5 0 0 1 3 0v.5a1.5 1.5 0 0 1 3 0V8a1.5 1.5 0 0 1 3 0v6c0 4-2.500 6.500-6.500 6.500S6 18 5.500 15.500z",
  work: "M14 4.500 19.500 10|M16.800 7.200 6 18l-2 2|M11 3.500c3-1 6 0 8 2s3 5 2 8",
  child: "M12 6.500m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0|M8 21v-5l-2.500-3.500M16 21v-5l2.500-3.500|M8 12.500h8v3.500H8z",
  phone: "M7.500 2.500h9v19h-9z|M11 18.500h2",
  money: "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0|M12 6.500v11|M14.800 8.800c-1.200-1.200-5.300-1-5.300 1 0 2.500 5.300 1.500 5.300 4.200 0 2-4.100 2.300-5.600.8",
  travel: "M3 16.500V8h11v8.500|M14 11h4l3 3v2.500h-2|M3 16.500h2.500M9.500 16.500H15|M7.500 17m-1.800 0a1.800 1.800 0 1 0 3.600 0a1.800 1.800 0 1 0-3.600 0|M17 17m-1.800 0a1.800 1.800 0 1 0 3.600 0a1.800 1.800 0 1 0-3.600 0",
  health: "M9.500 3.500h5v6h6v5h-6v6h-5v-6h-6v-5h6z",
  family: "M8 7m-2.500 0a2.500 2.500 0 1 0 5 0a2.500 2.500 0 1 0-5 0|M16.500 9.500m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0|M3.500 19.500c0-5 2-7 4.500-7s4.500 2 4.500 7z|M14.500 19.500h6c0-4-1.200-5.500-4-5.500-1.200 0-2 .3-2.600.9",
  police: "M12 3l7.500 3v6c0 4.500-3 7.500-7.500 9-4.500-1.500-7.500-4.500-7.500-9V6z|M12 8.500v7M8.500 12h7",
  weapon: "M3 7.500h17v4h-8.500l-1 3.500H7l-2.500 5H2.500l2-8.500H3z",
  sex: "M12 20s-7.500-4.500-7.500-10a4 4 0 0 1 7.500-2 4 4 0 0 1 7.500 2c0 5.500-7.500 10-7.500 10z|M4 3l16 18",
  food: "M6 3v6a2.500 2.500 0 0 0 5 0V3|M8.500 3v18|M16 21V3c-2.500 1.500-3 5-3 9h3",
};
