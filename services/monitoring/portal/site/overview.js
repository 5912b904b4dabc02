/** The first page: every service with its state and figures. */

import { h } from "./dom.js";
import { inUnit } from "./format.js";
import { alertItem, maintenance, part, serviceLink } from "./parts.js";
import { spark } from "./plots.js";

/** What the page asks. */
export const asks = () => "/api/overview";

/** Its title. */
export const title = () => "Services";

/** The state of a service in a word, and how it is coloured. */
export function stateOf(targets, measured) {
  if (measured === undefined) return ["unknown", "unknown"];
  if (targets === 0) return ["not scraped", "unknown"];
  if (measured.up === targets) return ["up", "good"];
  return measured.up === 0 ? ["down", "bad"] : [`${measured.up} of ${targets} up`, "warn"];
}

/** The page. */
export function page(overview) {
  const measured = overview.measured.found ?? {};
  const alerts = overview.alerts.found ?? [];
  const told = alerts.filter(({ mutedBy }) => mutedBy === "");
  const systems = [...new Set(overview.services.map(({ system }) => system))];
  return [
    h("h1", {}, "Services"),
    maintenance(overview.maintenance),
    part(overview.alerts, () =>
      told.length === 0
        ? h("p", { class: "calm" }, "No alert fires.", alerts.length > 0 ? ` ${alerts.length} are muted.` : "")
        : h(
            "ul",
            { class: "alerts", "aria-label": "Firing alerts" },
            told.slice(0, 5).map((alert) => alertItem(alert)),
          ),
    ),
    overview.measured.away ? part(overview.measured) : undefined,
    systems.map((system) =>
      section(
        system,
        overview.services.filter((one) => one.system === system),
        measured,
        alerts,
      ),
    ),
    h(
      "section",
      { key: "pages" },
      h("h2", {}, "Pages"),
      h(
        "ul",
        { class: "pages" },
        Object.entries(overview.pages).map(([name, url]) =>
          h("li", {}, h("a", { href: url, rel: "noreferrer" }, name)),
        ),
      ),
    ),
  ];
}

function section(system, services, measured, alerts) {
  return h(
    "section",
    { key: `system ${system}` },
    h("h2", {}, system || "Other"),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": `Services of ${system || "the rest"}` },
      h(
        "table",
        { class: "services" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            ["Service", "State", "Requests", "Failing", "p95", "Budget left", "Version"].map((name) =>
              h("th", { scope: "col" }, name),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          services.map((service) => row(service, measured[service.name], alerts)),
        ),
      ),
    ),
  );
}

function row({ name, targets, maintained }, measured, alerts) {
  const [word, colour] = stateOf(targets, measured);
  const firing = alerts.filter(({ service }) => service === name);
  const figure = (key, unit, label) =>
    h(
      "td",
      {},
      measured?.[key] === undefined
        ? h("span", { class: "nothing" }, "–")
        : h(
            "div",
            { class: "figure" },
            h("span", {}, inUnit(measured[key], unit)),
            spark(measured.plots[key], unit, `${label} of ${name}`),
          ),
    );
  return h(
    "tr",
    { key: name },
    h(
      "th",
      { scope: "row" },
      serviceLink(name),
      firing.length > 0
        ? h("span", { class: "count", title: firing.map(({ alert }) => alert).join(", ") }, `${firing.length} firing`)
        : undefined,
    ),
    h(
      "td",
      {},
      h("span", { class: `state ${colour}` }, word),
      maintained ? h("span", { class: "state warn" }, "planned work") : undefined,
    ),
    figure("rate", "reqps", "Requests"),
    figure("errors", "percentunit", "Failing requests"),
    figure("p95", "s", "95% are faster"),
    h(
      "td",
      {},
      measured?.budget === undefined
        ? h("span", { class: "nothing" }, "–")
        : h(
            "span",
            { class: measured.budget <= 0 ? "state bad" : measured.budget < 0.25 ? "state warn" : "" },
            inUnit(measured.budget, "percentunit"),
          ),
    ),
    h("td", {}, h("code", {}, measured?.version?.slice(0, 12) ?? "–")),
  );
}
