// The words of the screen, in the officer's language, and those that are said to
// the person, in theirs.
const places = { words: (lang) => `/screening/app/words/${lang}.json`, texts: (lang) => `/screening/app/texts/${lang}.json` };

let words = {};
export let lang = "es";

// speak reads a language's words: "es" or "en".
export async function speak(wanted) {
  lang = wanted === "en" ? "en" : "es";
  words = await (await fetch(places.words(lang))).json();
  document.documentElement.lang = lang;
  remember("lang", lang);
}

// t says something: t("home.start"), t("home.queued", {N: 3}). Keys are the
// app's own, or whole ones of other rooms.
export function t(key, values = {}) {
  const said = words[key] ?? key;
  return said.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// knows reports whether there are words for a key.
export const knows = (key) => key in words;

const texts = new Map();

// told are the texts of a language that is spoken to people.
export async function told(spoken) {
  if (!texts.has(spoken)) texts.set(spoken, await (await fetch(places.texts(spoken))).json());
  return texts.get(spoken);
}

// LANGS are the languages of the talk by their own names.
export const LANGS = [
  ["es", "Español"],
  ["en", "English"],
  ["fr", "Français"],
  ["ht", "Kreyòl ayisyen"],
  ["pt", "Português"],
  ["zh", "中文"],
];

// direction is how a language is written.
export const direction = (code) => (/^(ar|fa|he|ur|ps|dv|yi)\b/.test(code ?? "") ? "rtl" : "ltr");

// remembered and remember keep how the screen is set, which says nothing of
// anybody.
export function remembered(name, otherwise) {
  try {
    return localStorage.getItem(`istmo-${name}`) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`istmo-${name}`, value);
  } catch {
    // a browser that keeps nothing still screens
  }
}

// clock is a moment in the officer's words; left is how long until it.
export const clock = (at) => new Intl.DateTimeFormat(lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(new Date(at));

export function left(by, now = Date.now()) {
  const minutes = Math.round((new Date(by) - now) / 60_000);
  const [n, unit] = Math.abs(minutes) < 90 ? [minutes, "minute"] : Math.abs(minutes) < 36 * 60 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat(lang, { numeric: "always" }).format(n, unit);
}

// amount is a number of bytes as people read it.
export function amount(bytes) {
  const format = (n, unit) => new Intl.NumberFormat(lang, { maximumFractionDigits: n < 10 ? 1 : 0 }).format(n) + ` ${unit}`;
  return bytes < 1000 ? format(bytes, "B") : bytes < 1_000_000 ? format(bytes / 1000, "kB") : format(bytes / 1_000_000, "MB");
}
