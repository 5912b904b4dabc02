/** The page of a service. */

import { h } from "./dom.js";
import { inUnit } from "./format.js";
import { stateOf } from "./overview.js";
import { alertItem, deployments, logLines, maintenance, part, serviceLink } from "./parts.js";
import { plot } from "./plots.js";

/** What the page asks. */
export const asks = (name) => `/api/services/${encodeURIComponent(name)}`;

/** Its title. */
export const title = (name) => name;

/** The page. */
export function page(service) {
  const measured = service.measured.found ?? undefined;
  const [word, colour] = stateOf(service.targets, measured);
  return [
    h("p", { class: "small" }, h("a", { href: "/" }, "Services"), service.system ? ` / ${service.system}` : ""),
    h("h1", {}, service.name, " ", h("span", { class: `state ${colour}` }, word)),
    maintenance(service.maintenance),
    service.measured.away ? part(service.measured) : figures(service, measured),
    part(service.alerts, (alerts) =>
      alerts.length === 0
        ? h("p", { class: "calm" }, "No alert of it fires.")
        : h(
            "ul",
            { class: "alerts", "aria-label": "Firing alerts" },
            alerts.map((alert) => alertItem(alert)),
          ),
    ),
    h("section", { class: "panels", "aria-label": "Graphs of the last hour" }, service.panels.map(panel)),
    h("section", {}, h("h2", {}, "Last lines"), part(service.lines, logLines)),
    h("section", {}, h("h2", {}, "Deployments"), part(service.deployments, deployments)),
  ];
}

function figures(service, measured) {
  const pair = (name, value) => [h("dt", {}, name), h("dd", {}, value)];
  const names = (list) =>
    list.length === 0 ? "nothing" : list.flatMap((name, index) => [index === 0 ? "" : ", ", serviceLink(name)]);
  return h(
    "dl",
    { class: "figures" },
    measured?.rate === undefined ? [] : pair("Requests", inUnit(measured.rate, "reqps")),
    measured?.errors === undefined ? [] : pair("Failing", inUnit(measured.errors, "percentunit")),
    measured?.p95 === undefined ? [] : pair("95% are faster than", inUnit(measured.p95, "s")),
    measured?.budget === undefined ? [] : pair("Error budget left", inUnit(measured.budget, "percentunit")),
    pair("Version", measured?.version ?? "not known"),
    pair("Looked after by", service.owner),
    pair("Uses", names(service.uses)),
    pair("Used by", names(service.usedBy)),
    service.links.length === 0
      ? []
      : pair(
          "Elsewhere",
          service.links.flatMap(({ title: words, url }, index) => [
            index === 0 ? "" : ", ",
            h("a", { href: url, rel: "noreferrer" }, words),
          ]),
        ),
  );
}

function panel(one) {
  return h(
    "figure",
    { key: one.title },
    h("figcaption", {}, h("h3", {}, one.title), h("p", { class: "small" }, one.description)),
    part(one.lines, (lines) =>
      lines.some(({ points }) => points.length > 0)
        ? plot(one, lines)
        : h("p", { class: "nothing" }, "Nothing was measured in the last hour."),
    ),
  );
}
