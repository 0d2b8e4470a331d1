// Reading aloud, by a voice that the device has itself: nothing goes elsewhere.
import { button } from "./dom.js";
import { t } from "./words.js";

const engine = globalThis.speechSynthesis;

// voiceFor is a voice of the device for a language, or nothing.
function voiceFor(lang) {
  const wanted = lang.toLowerCase();
  return engine?.getVoices().find((v) => v.localService && v.lang.toLowerCase().replace("_", "-").split("-")[0] === wanted);
}

// aloud is a button that reads texts, or nothing where the device has no voice
// for the language. It comes when a voice is found later.
export function aloud(lang, texts) {
  const place = document.createElement("span");
  place.className = "s-aloud";
  const offer = () => {
    if (place.firstChild || !voiceFor(lang)) return;
    place.append(button(t("aloud"), () => read(lang, texts()), { kind: "second", icon: "speak" }));
  };
  offer();
  engine?.addEventListener?.("voiceschanged", offer);
  return place;
}

function read(lang, texts) {
  if (engine.speaking) return engine.cancel();
  for (const text of [texts].flat()) {
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voiceFor(lang);
    said.lang = lang;
    said.rate = 0.9;
    engine.speak(said);
  }
}

// hush ends what is being read.
export const hush = () => engine?.cancel();
