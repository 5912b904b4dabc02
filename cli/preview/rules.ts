/** The alerting rules and the objectives in the files that Prometheus reads. */

import { parse } from "yaml";
import { given } from "../../services/given.ts";
import type { Files } from "./files.ts";

/** A rule of Prometheus, as its file has it. */
export interface FileRule {
  /** Name of the alert. @default - it records a series */
  readonly alert?: string;
  /** Name of the series that it records. @default - it is an alert */
  readonly record?: string;
  /** What it asks. */
  readonly expr: string;
  /** How long that must hold. @default "0s" */
  readonly for?: string;
  /** How long it goes on firing. @default "0s" */
  readonly keep_firing_for?: string;
  /** Labels that it gives. @default {} */
  readonly labels?: Readonly<Record<string, string>>;
  /** Words for people. @default {} */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A rule, and the group that it is in. */
export interface GroupedRule extends FileRule {
  /** Name of its group: `catalog.http`. */
  readonly group: string;
  /** Time between two evaluations of the group. @default - that of Prometheus */
  readonly interval?: string;
}

/** All rules of some files, in their order. */
export function rulesIn(files: Files): readonly GroupedRule[] {
  return Object.entries(files)
    .filter(([path]) => /(^|\/)rules\/[^/]+\.ya?ml$/.test(path))
    .flatMap(([, text]) => {
      const { groups = [] } = (parse(text) ?? {}) as {
        readonly groups?: readonly { name: string; interval?: string; rules?: readonly FileRule[] }[];
      };
      return groups.flatMap(({ name, interval, rules = [] }) =>
        rules.map((rule) => ({ group: name, ...given({ interval }), ...rule })),
      );
    });
}

/** The alerting rules of some files. */
export const alertsIn = (files: Files): readonly (GroupedRule & { readonly alert: string })[] =>
  rulesIn(files).flatMap((rule) => (rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }]));
