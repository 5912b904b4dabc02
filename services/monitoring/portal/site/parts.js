/** Pieces that several pages have. */

import { h } from "./dom.js";
import { ago, clock } from "./format.js";

/** What a part of a page shows: what was found, or which program is away, in its place. */
export function part(answer, shown) {
  if (answer.found !== undefined) return shown(answer.found);
  return h(
    "p",
    { class: "away" },
    h("strong", {}, `${answer.away.program} can't be asked: `),
    `${answer.away.why}. The rest of the page is not touched by that.`,
  );
}

/** A word for how urgent an alert is, not by its colour alone. */
export function severity(word) {
  return h("span", { class: `badge ${word}` }, word || "none");
}

/** A link to the page of a service. */
export function serviceLink(name) {
  return h("a", { href: `/services/${encodeURIComponent(name)}` }, name);
}

/** Where it is said what to do: a link where that is a page, a file's path where it is in the repository. */
export function runbook(place, words) {
  if (/^https?:/.test(place)) return h("a", { href: place, rel: "noreferrer" }, words);
  return [`${words} `, h("code", {}, place)];
}

/** A firing alert. */
export function alertItem(alert, act) {
  return h(
    "li",
    { key: `${alert.alert}/${alert.service}/${alert.since}`, class: alert.mutedBy ? "alert muted" : "alert" },
    severity(alert.severity),
    h(
      "div",
      {},
      h("p", { class: "what" }, h("strong", {}, alert.alert), " ", alert.summary),
      h("p", { class: "why" }, alert.description),
      h(
        "p",
        { class: "small" },
        alert.service ? serviceLink(alert.service) : "no service",
        ` · since ${ago(Date.parse(alert.since) / 1000)}`,
        alert.mutedBy ? ` · not told: ${alert.mutedBy}` : "",
        alert.runbook ? [" · ", runbook(alert.runbook, "runbook")] : undefined,
      ),
    ),
    act?.(alert),
  );
}

/** Times of planned work that last now. */
export function maintenance(windows) {
  if (windows.length === 0) return undefined;
  return h(
    "ul",
    { class: "notice", "aria-label": "Planned work" },
    windows.map(({ services, to, why }) =>
      h(
        "li",
        {},
        h("strong", {}, "Planned work"),
        ` on ${services.join(", ")} until ${clock(to)}: ${why}. Nobody is told of it.`,
      ),
    ),
  );
}

/** What a line says, in a few words: a line of JSON has its message, and the edge's line its request. */
export function messageOf(text) {
  if (!text.startsWith("{")) return text;
  try {
    const {
      message,
      msg,
      RequestMethod: method,
      RequestPath: path,
      DownstreamStatus: status,
      ...rest
    } = JSON.parse(text);
    if (method !== undefined) return `${method} ${path} answered ${status}`;
    const words = message || msg;
    if (typeof words !== "string") return text;
    return rest.method && rest.path ? `${words}: ${rest.method} ${rest.path} ${rest.status ?? ""}`.trim() : words;
  } catch {
    return text;
  }
}

/** Lines of a log. */
export function logLines(lines) {
  if (lines.length === 0) return h("p", { class: "nothing" }, "No line in this time.");
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Lines" },
    h(
      "table",
      { class: "lines" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["Time", "Service", "Level", "Line"].map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h(
        "tbody",
        {},
        lines.map(({ time, service, level, text, trace }) =>
          h(
            "tr",
            { class: /err|crit|fatal/i.test(level) ? "bad" : "" },
            h("td", {}, clock(time)),
            h("td", {}, service),
            h("td", {}, level),
            h("td", {}, said(text), trace ? [" ", h("a", { href: `/requests/${trace}` }, "request")] : undefined),
          ),
        ),
      ),
    ),
  );
}

function said(text) {
  const words = messageOf(text);
  if (words === text) return h("code", {}, text);
  return h("details", {}, h("summary", {}, words), h("code", {}, text));
}

/** Versions that were deployed. */
export function deployments(list) {
  if (list.length === 0) return h("p", { class: "nothing" }, "No deployment was seen in the last week.");
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Deployments" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          ["When", "Service", "Version"].map((title) => h("th", { scope: "col" }, title)),
        ),
      ),
      h(
        "tbody",
        {},
        list.map(({ service, version, candidate, at }) =>
          h(
            "tr",
            {},
            h("td", {}, `${clock(at * 1000)} (${ago(at)})`),
            h("td", {}, serviceLink(service)),
            h("td", {}, h("code", {}, version || "none"), candidate ? " (candidate)" : ""),
          ),
        ),
      ),
    ),
  );
}
