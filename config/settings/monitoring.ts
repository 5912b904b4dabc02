import { type Duration, durationWrong } from "../../services/units.ts";
import { PACES, type PaceName } from "../../signals/rule-group.ts";
import { GRAFANA_CHOICES } from "../choices.ts";
import { codec, flag, oneOf, port } from "./codec.ts";

const PACE_NAMES = Object.keys(PACES);
const isPace = (given: string): given is PaceName => Object.hasOwn(PACES, given);
const intervalWrong = (given: string) => durationWrong(given, { least: 1, such: "15s" });
const isInterval = (given: string): given is Duration => intervalWrong(given) === undefined;

/** The keys of what watches, and of its pages: those of its stores are with the stores. */
export const MONITORING_SETTINGS = {
  prometheusPort: port(9090, "Port of this machine for Prometheus."),
  grafanaPort: port(3000, "Port of this machine for Grafana; it asks for a password."),
  grafana: oneOf(GRAFANA_CHOICES, {
    description: "Whether there is a Grafana, true or false. auto is where its image can be had.",
    default: "auto",
  }),
  alertmanagerPort: port(9093, "Port of this machine for Alertmanager."),
  portalPort: port(
    8088,
    "Port of this machine for the portal. Where visitors reach the stack it only reads, and asks for a password.",
  ),
  portal: flag(true, "Run the portal, the first page of the stack."),
  scrapeInterval: codec<Duration>({
    description: "Time between two scrapes of a target, such as 15s.",
    default: "15s",
    allowed: (given) => {
      const { allowed, fix } = intervalWrong(given) ?? { allowed: "a duration" };
      return allowed + (fix === undefined ? "" : `; ${fix.replace(/^W(.*)\.$/, "w$1")}`);
    },
    parse: (given) => (isInterval(given) ? given : undefined),
  }),
  pace: codec<PaceName>({
    description:
      "How soon alerts see a change. steady for people who are paged, fast to see one within half a minute, instant within seconds (scrapeInterval 2s).",
    default: "steady",
    allowed: `one of ${PACE_NAMES.join(", ")}`,
    parse: (given) => (isPace(given) ? given : undefined),
  }),
};
