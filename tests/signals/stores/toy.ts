/**
 * A kind of store that nobody has, in one file: the kind, its page and its component. `toy.test.ts` puts one line for it
 * into the list of kinds.
 */

import * as pulumi from "@pulumi/pulumi";
import type { Backed } from "../../../components/index.ts";
import { volumeBackup } from "../../../components/index.ts";
import type { Platform } from "../../../components/platform/platform.ts";
import { dashboardFile } from "../../../dashboards/dashboard-file.ts";
import { figure } from "../../../dashboards/panels.ts";
import { metricsOf } from "../../../signals/metrics/metric.ts";
import { alertsAt, storePack } from "../../../signals/pack.ts";
import type { Observable, Signals } from "../../../signals/signals.ts";
import type { StoreKind, StoreRulesArgs } from "../../../signals/stores/kind.ts";
import type { ThresholdTable } from "../../../signals/threshold.ts";

const TOY_THRESHOLDS = { ToyFull: { unit: "ratio", fires: "above", warning: 0.9 } } as const satisfies ThresholdTable;

function toyRules({ job, owner }: StoreRulesArgs) {
  const at = alertsAt(job, TOY_THRESHOLDS);
  // @ts-expect-error the compiler reads the list, and toys are in none
  return storePack("toy", { job, owner }, [
    ...at("ToyFull", ({ value }) => ({
      expr: `toy_used_ratio{job="${job}"} > ${value}`,
      for: "1m",
      kind: "cause",
      drill: { fault: { kind: "stop", containers: { component: job, name: job } } },
      summary: "{{ $value | humanizePercentage }} of {{ $labels.job }} is used",
      description: "It soon takes no more.",
    })),
  ]);
}

/** The kind. */
export const toy = {
  name: "toy",
  metrics: metricsOf("toy", { toy_used_ratio: { type: "gauge", unit: "none", labels: [] } }),
  seriesBudget: 7,
  thresholds: TOY_THRESHOLDS,
  rules: toyRules,
  images: {
    toy: {
      reference: "registry.example/toy:1.0.0",
      user: "1000:1000",
      deployed: false,
      contract: {
        entrypoint: ["/toy"],
        command: [],
        paths: ["/toy"],
        ports: [7],
        volumes: [],
        env: {},
        shell: false,
        source: "example/toy Dockerfile",
      },
      recipe: {
        script: "toy",
        shape: ["cp /vigie/toy /out/toy"],
        packages: ["toy"],
        root: "/out",
        files: [],
        parts: {},
        version: { exact: "1.0.0" },
        module: {
          path: "example.org/toy",
          version: "1.0.0",
          sum: "h1:sum",
          modSum: "h1:modSum",
          package: ".",
          versionArguments: ["--version"],
          takes: 1,
        },
      },
    },
  },
} as const satisfies StoreKind;

/** Its page. */
export const toyDashboard = () =>
  dashboardFile({
    uid: "toy",
    title: "Toy",
    description: "How full a toy is.",
    panels: [
      figure({ title: "Used", description: "Share that is used.", unit: "percentunit", expr: "toy_used_ratio" }),
    ],
  });

/** Its component. */
export class Toy extends pulumi.ComponentResource implements Observable, Backed {
  readonly signals: Signals;
  readonly backups;

  constructor(name: string, { host }: { readonly host: Platform }) {
    super("vigie:index:Toy", name);
    this.backups = [volumeBackup(host, name)];
    this.signals = {
      // @ts-expect-error the compiler reads the list, and toys are in none
      scrapeJobs: [{ job: name, targets: [`${name}:7`], emits: ["toy"] }],
      ruleGroups: [toyRules({ job: name })],
      dashboards: [toyDashboard],
    };
    this.registerOutputs({});
  }
}
