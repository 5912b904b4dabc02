import path from "node:path";
import { describe } from "vitest";
import { maintenanceRules } from "../../signals/maintenance-series.ts";
import { SERIES_BUDGETS } from "../../signals/metrics/budgets.ts";
import { METRICS } from "../../signals/metrics/catalogue.ts";
import { integrationOf } from "../../signals/receivers/index.ts";
import { PACES } from "../../signals/rule-group.ts";
import { logRules } from "../../signals/rules/logs.ts";
import { sloRules } from "../../signals/slo/rules.ts";
import { STACK_THRESHOLDS, THRESHOLDS } from "../../signals/thresholds.ts";
import { type Rendering, testRenderings } from "../rendered.ts";
import { allPacks } from "./packs.ts";
import { everyKind } from "./receivers/every-kind.ts";
import { policyWith } from "./slo/policies.ts";

const objective = { availability: 99.5, latency: { quantile: 0.95, under: "300ms" }, expectedRate: "10/s" } as const;

/** Metrics and numbers a line each, so that a line of the difference is one that changed. */
const lines = (facts: object): readonly string[] =>
  Object.entries(facts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);

const RENDERINGS: Readonly<Record<string, () => Rendering>> = {
  ...Object.fromEntries(
    Object.entries(allPacks()).map(([file, group]) => [
      `rules-${path.basename(file, ".ts")}`,
      () => ({ words: { [group.name]: group } }),
    ]),
  ),
  "rules-logs-victorialogs": () => ({ words: { rules: logRules({ logStore: "victorialogs" }) } }),
  "rules-slo": () => ({
    words: { rules: sloRules([policyWith(objective)], PACES.steady, undefined, { catalog: "shop" }) },
  }),
  "rules-slo-edge": () => ({
    words: {
      rules: sloRules(
        [policyWith({ ...objective, latency: { quantile: 0.95, under: "250ms" } }, ["blog"])],
        PACES.fast,
        [{ job: "blog", counts: false, edge: "edge" }],
      ),
    },
  }),
  "rules-maintenance": () => ({
    words: {
      rules: maintenanceRules([
        { services: ["orders", "till"], from: "2026-12-31T22:00Z", to: "2027-01-01T02:00Z", why: "disks" },
      ]),
    },
  }),
  receivers: () => ({
    words: Object.fromEntries(Object.entries(everyKind).map(([kind, receiver]) => [kind, integrationOf(receiver)])),
  }),
  metrics: () => ({ words: { metrics: lines(METRICS).join("\n") } }),
  numbers: () => ({
    words: {
      seriesBudgets: SERIES_BUDGETS,
      thresholds: lines(THRESHOLDS).join("\n"),
      stack: lines(STACK_THRESHOLDS).join("\n"),
      paces: PACES,
    },
  }),
};

describe("what signals are made into", () => testRenderings(path.join(import.meta.dirname, "rendered"), RENDERINGS));
