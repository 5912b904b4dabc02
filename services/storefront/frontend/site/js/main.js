// Ties the address, the controls, the list and the details together.
import { askFilms, askGenres } from "./api.js";
import { onClose, showDetails } from "./details.js";
import { byId, element } from "./dom.js";
import { Failure } from "./failure.js";
import { showFooter } from "./footer.js";
import { count } from "./format.js";
import { showFailure, showFilms, showLoading } from "./list.js";
import { addressOf, parametersOf, readState, sameList } from "./state.js";

/** @typedef {import("./state.js").State} State */

const TYPING_PAUSE = 250;

const controls = byId("controls", HTMLFormElement);
const query = byId("query", HTMLInputElement);
const genre = byId("genre", HTMLSelectElement);
const sort = byId("sort", HTMLSelectElement);
const results = byId("results", HTMLElement);

let state = readState(location.search);
/** @type {State | undefined} What the list shows now. */
let listed;
let asking = new AbortController();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

/**
 * Goes to a state, with an entry of its own for the back button. What is typed in one go is one entry.
 * @param {State} next
 * @param {{ typed?: boolean, replace?: boolean }} [how]
 */
function go(next, { typed = false, replace = false } = {}) {
  const before = history.state ?? {};
  const address = addressOf(next);
  const same = address === location.pathname + location.search;
  if (same || replace || (typed && before.typed)) {
    history.replaceState({ toList: before.toList ?? 0, typed: typed && before.typed }, "", address);
  } else {
    history.pushState({ toList: stepsToList(before.toList ?? 0, next), typed }, "", address);
  }
  show(next);
}

/**
 * How many entries back the list is that a film was opened from; 0 where there is none.
 * @param {number} before The same for the entry that is left.
 * @param {State} next
 */
function stepsToList(before, next) {
  if (!next.film) return 0;
  if (!state.film) return 1;
  return before > 0 ? before + 1 : 0;
}

/** @param {State} next */
function show(next) {
  state = next;
  showControls();
  showDetails(state.film);
  if (!listed || !sameList(listed, state)) void list();
}

function showControls() {
  if (document.activeElement !== query) query.value = state.query;
  if (state.genre && ![...genre.options].some((option) => option.value === state.genre)) {
    genre.append(element("option", { value: state.genre }, state.genre));
  }
  genre.value = state.genre;
  sort.value = state.sort;
  // An order from an address that the list of choices lacks: the service will say what it thinks of it.
  if (sort.selectedIndex < 0) sort.value = "";
}

async function list() {
  clearTimeout(waiting);
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const wanted = state;
  listed = wanted;
  showLoading(wanted);
  try {
    const answer = await askFilms(parametersOf(wanted), signal);
    if (!signal.aborted) showFilms(wanted, answer);
  } catch (error) {
    if (signal.aborted) return;
    listed = undefined;
    if (!(error instanceof Failure)) throw error;
    showFailure(error, () => void list());
    if (error.retryAfter > 0) waiting = setTimeout(() => void list(), error.retryAfter * 1000);
  }
}

async function fillGenres() {
  try {
    const answer = await askGenres(AbortSignal.timeout(10_000));
    const all = genre.options[0];
    const options = answer.items.map(({ name, films }) =>
      element("option", { value: name }, `${name} (${count(films)})`),
    );
    genre.replaceChildren(...(all ? [all] : []), ...options);
    showControls();
  } catch {
    // The list tells what is wrong; the filter comes with the next attempt.
    setTimeout(() => void fillGenres(), 5000);
  }
}

query.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => go({ ...state, query: query.value, page: 1 }, { typed: true }), TYPING_PAUSE);
});

controls.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  go({ ...state, query: query.value, page: 1 });
});

for (const select of [genre, sort]) {
  select.addEventListener("change", () => {
    clearTimeout(typing);
    go({ ...state, query: query.value, genre: genre.value, sort: sort.value, page: 1 });
  });
}

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a[data-navigate]") : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || !plain) return;
  event.preventDefault();
  clearTimeout(typing);
  go(readState(link.search));
  if (link.dataset.navigate === "page") {
    results.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }
});

onClose(() => {
  const film = state.film;
  // Opened from the list, it goes back there, past the films seen since; opened by a link, there is nothing to go back to.
  const back = history.state?.toList ?? 0;
  if (back > 0) history.go(-back);
  else go({ ...state, film: "" }, { replace: true });
  document.querySelector(`a[data-film="${CSS.escape(film)}"]`)?.scrollIntoView({ block: "nearest" });
});

addEventListener("popstate", () => {
  query.blur();
  show(readState(location.search));
});

showFooter();
show(state);
void fillGenres();
