// The duty board asks for itself every quarter of a minute and puts what has
// changed in its place. What a listener should hear is said politely, and a board
// that is no longer fresh says so. Without this the board is reloaded by hand.
const board = document.querySelector("[data-duty]");
const state = board?.querySelector("[data-duty-state]");
const every = 15_000;
let fresh = new Date();

const clock = (at) => at.toTimeString().slice(0, 5);
const say = (words) => {
  if (state.textContent !== words) state.textContent = words;
};
const stale = (words) => {
  board.classList.add("istmo-duty--stale");
  say(words.replace("{time}", clock(fresh)));
};

// put takes over a newer board, and leaves whoever stands on a link on it.
const put = (newer) => {
  const live = board.querySelector("[data-duty-live]");
  const at = live.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const open = [...live.querySelectorAll("details")].map((part) => part.open);
  const next = document.adoptNode(newer.querySelector("[data-duty-live]"));
  const folds = next.querySelectorAll("details");
  if (folds.length === open.length) folds.forEach((part, i) => (part.open = open[i]));
  live.replaceWith(next);
  if (at) next.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
  const changed = board.dataset.duty !== newer.dataset.duty;
  board.dataset.duty = newer.dataset.duty;
  board.classList.remove("istmo-duty--stale");
  fresh = new Date();
  say(changed ? board.dataset.changed.replace("{time}", clock(fresh)) : state.textContent.includes(clock(fresh)) ? state.textContent : "");
};

const ask = async () => {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(10_000) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = page.querySelector("[data-duty]");
    if (newer) document.title = page.title;
    newer ? put(newer) : stale(answer.redirected ? board.dataset.signedOut : board.dataset.stopped);
  } catch {
    stale(board.dataset.stopped);
  }
};

if (board) {
  setInterval(() => document.visibilityState === "visible" && ask(), every);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
}
