// What a page does beyond HTML. Without it every page still works.
import { Button, CharacterCount, ErrorSummary, PasswordInput, SkipLink, createAll, isSupported } from "govuk-frontend";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
if (isSupported()) {
  for (const component of [Button, CharacterCount, ErrorSummary, PasswordInput, SkipLink]) createAll(component);
}

// A menu closes when one looks elsewhere.
const menus = document.querySelectorAll("details[data-menu]");
document.addEventListener("click", (event) => {
  for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (!menu.open) continue;
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// What folds is open on the screen that it is for, wide or narrow, and folded on
// the other.
const narrow = window.matchMedia("(max-width: 48.0525em)");
const fold = () => {
  for (const part of document.querySelectorAll("details[data-fold]")) part.open = narrow.matches === (part.dataset.fold === "narrow");
};
narrow.addEventListener("change", fold);
fold();
