/** Alerts, silences and planned work. */

import { h } from "./dom.js";
import { clock } from "./format.js";
import { alertItem, maintenance, part, runbook, severity } from "./parts.js";

/** What the page asks. */
export const asks = () => "/api/alerts";

/** Its title. */
export const title = () => "Alerts";

/** The page. `act` sends a change and says what came of it. */
export function page(alerts, { act }) {
  return [
    h("h1", {}, "Alerts"),
    h("p", { id: "said", role: "status", class: "said" }, act.said ?? ""),
    maintenance(alerts.maintenance),
    part(alerts.alerts, (list) =>
      list.length === 0
        ? h("p", { class: "calm" }, "No alert fires.")
        : h(
            "ul",
            { class: "alerts", "aria-label": "Firing alerts" },
            list.map((alert, index) =>
              alertItem(alert, alerts.maySilence ? (one) => silenceForm(one, index, act) : undefined),
            ),
          ),
    ),
    h(
      "section",
      {},
      h("h2", {}, "Silences"),
      part(alerts.silences, (list) => silences(list, alerts.maySilence, act)),
    ),
    alerts.maySilence
      ? planForm(alerts.services, act)
      : h(
          "p",
          { class: "small" },
          "This portal only reads: silence an alert in Alertmanager, or plan the work in code.",
        ),
    h(
      "details",
      {},
      h("summary", {}, `${alerts.known.length} alerts may come`),
      h(
        "ul",
        { class: "known" },
        alerts.known.map((known) => h("li", {}, severity(known.severity), " ", runbook(known.runbook, known.alert))),
      ),
    ),
  ];
}

const MINUTES = [
  ["30", "30 minutes"],
  ["60", "1 hour"],
  ["240", "4 hours"],
  ["1440", "1 day"],
];

function minutesChoice(id) {
  return [
    h("label", { for: id }, "For"),
    h(
      "select",
      { id, name: "minutes" },
      MINUTES.map(([value, words]) => h("option", { value }, words)),
    ),
  ];
}

function silenceForm(alert, index, act) {
  // Two alerts may have the same name and service, and differ in another label.
  const id = `silence-${index}`;
  return h(
    "details",
    { class: "silence" },
    h("summary", {}, "Silence"),
    h(
      "form",
      {
        onsubmit: (event) =>
          act.send(
            event,
            "/api/silences",
            (form) => ({
              alert: alert.alert,
              service: alert.service,
              minutes: Number(form.get("minutes")),
              why: form.get("why"),
            }),
            `${alert.alert} of ${alert.service} is silenced.`,
          ),
      },
      minutesChoice(`${id}-m`),
      h("label", { for: `${id}-w` }, "Why"),
      h("input", { id: `${id}-w`, name: "why", required: true, maxlength: 200 }),
      h("button", {}, "Silence it"),
    ),
  );
}

function planForm(services, act) {
  return h(
    "section",
    {},
    h("h2", {}, "Plan work"),
    h(
      "p",
      { class: "small" },
      "From now on nobody is told of these services. What is planned before belongs into the code, as a maintenance window.",
    ),
    h(
      "form",
      {
        class: "plan",
        onsubmit: (event) =>
          act.send(
            event,
            "/api/maintenance",
            (form) => ({
              services: form.getAll("services"),
              minutes: Number(form.get("minutes")),
              why: form.get("why"),
            }),
            "Nobody is told of them now.",
          ),
      },
      h(
        "fieldset",
        {},
        h("legend", {}, "Services"),
        services.map((name) =>
          h("label", { class: "tick" }, h("input", { type: "checkbox", name: "services", value: name }), ` ${name}`),
        ),
      ),
      minutesChoice("plan-m"),
      h("label", { for: "plan-w" }, "What is done"),
      h("input", { id: "plan-w", name: "why", required: true, maxlength: 180 }),
      h("button", {}, "Begin"),
    ),
  );
}

function silences(list, may, act) {
  if (list.length === 0) return h("p", { class: "nothing" }, "Nothing is silenced.");
  return h(
    "ul",
    { class: "silences" },
    list.map(({ id, matchers, to, by, why, state }) =>
      h(
        "li",
        { key: id },
        h("code", {}, matchers.join(" ")),
        ` until ${clock(to)}${state === "pending" ? ", not begun" : ""}: ${why} (${by}) `,
        may ? h("button", { type: "button", onclick: () => act.end(id) }, "End it") : undefined,
      ),
    ),
  );
}
