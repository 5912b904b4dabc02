/** Which page is shown, and that it stays true: it is asked again every few seconds while somebody looks. */

import * as alerts from "./alerts.js";
import * as deployments from "./deployments.js";
import { h, show } from "./dom.js";
import { clock } from "./format.js";
import * as graph from "./graph.js";
import * as overview from "./overview.js";
import * as requests from "./requests.js";
import * as service from "./service.js";

const ROUTES = [
  [/^\/$/, overview],
  [/^\/services\/([^/]+)$/, service],
  [/^\/alerts$/, alerts],
  [/^\/deployments$/, deployments],
  [/^\/graph$/, graph],
  [/^\/requests(?:\/([^/]+))?$/, requests],
];

/** Time between two looks, in milliseconds. */
const PAUSE = 5000;

const main = document.getElementById("main");
const live = document.getElementById("live");
const firing = document.getElementById("firing");
let look = 0;
let timer;
/** The address whose answer is shown. */
let shown;

const act = {
  said: "",
  async send(event, url, bodyOf, done) {
    event.preventDefault();
    const form = event.target;
    act.said = await change(
      url,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(bodyOf(new FormData(form))),
      },
      done,
    );
    if (act.said === done) {
      form.reset();
      form.closest("details")?.removeAttribute("open");
    }
    await render();
  },
  async end(id) {
    act.said = await change(`/api/silences/${id}`, { method: "DELETE" }, "The silence has ended.");
    await render();
  },
};

async function change(url, options, done) {
  try {
    const response = await fetch(url, options);
    if (response.ok) return done;
    const { detail = "It was refused.", errors = [] } = await response.json();
    return [detail, ...errors.map(({ parameter, allowed }) => `${parameter}: allowed is ${allowed}.`)].join(" ");
  } catch {
    return "The portal does not answer: nothing was changed.";
  }
}

function current() {
  for (const [pattern, view] of ROUTES) {
    const match = pattern.exec(location.pathname);
    if (match !== null) return { view, id: match[1] === undefined ? undefined : decodeURIComponent(match[1]) };
  }
  return { view: overview, id: undefined };
}

async function render() {
  clearTimeout(timer);
  const mine = ++look;
  const { view, id } = current();
  document.title = `${view.title(id)} · Vigie`;
  for (const link of document.querySelectorAll("nav a")) {
    const here =
      link.pathname === "/" ? /^\/($|services)/.test(location.pathname) : location.pathname.startsWith(link.pathname);
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  try {
    const response = await fetch(view.asks(id), { headers: { accept: "application/json" } });
    const answer = await response.json();
    if (mine !== look) return;
    if (response.status >= 500) throw new Error(answer.detail);
    show(
      main,
      response.ok
        ? view.page(answer, { id, go, act })
        : [h("h1", {}, "Not found"), h("p", {}, answer.detail ?? "There is nothing here.")],
    );
    shown = location.pathname;
    told(view === overview ? answer : await (await fetch(overview.asks())).json());
    live.textContent = `Live · ${clock(Date.now())}`;
    live.className = "";
  } catch {
    if (mine !== look) return;
    const old = shown === location.pathname;
    if (!old)
      show(main, h("h1", {}, "Not at the moment"), h("p", {}, "The portal does not answer. It is asked again."));
    live.textContent = `The portal does not answer.${old ? " What is shown is old." : ""}`;
    live.className = "stale";
  }
  if (mine === look) timer = setTimeout(render, document.hidden ? PAUSE * 6 : PAUSE);
}

/** What every page says of the stack, where its answer has it. */
function told({ stack, alerts: list }) {
  if (typeof stack === "string") document.getElementById("stack").textContent = stack;
  if (list?.found === undefined) return;
  const count = list.found.filter(({ mutedBy }) => mutedBy === "").length;
  firing.hidden = count === 0;
  firing.textContent = `${count} firing`;
}

function go(path) {
  history.pushState(null, "", path);
  act.said = "";
  show(main, h("p", {}, "Loading…"));
  render().then(() => main.focus({ preventScroll: true }));
  scrollTo(0, 0);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (
    link === null ||
    link === undefined ||
    link.origin !== location.origin ||
    link.hash !== "" ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.button !== 0
  )
    return;
  if (!ROUTES.some(([pattern]) => pattern.test(link.pathname))) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("popstate", () => render());
document.addEventListener("visibilitychange", () => document.hidden || render());
render();
