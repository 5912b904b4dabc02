/** Every group of rules was evaluated lately, without an error. */

import { type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { api } from "./prometheus.ts";

interface Group {
  readonly name: string;
  readonly interval: number;
  readonly lastEvaluation: string;
  readonly rules: readonly { readonly name: string; readonly lastError?: string }[];
}

/** One check: every group of rules is there, was evaluated lately, and none of its rules failed. */
export const rules: CheckKind = (verification) => {
  const { proof, now } = verification;
  return [
    {
      name: "rules",
      seconds: 2 * proof.scrapeSeconds + 10,
      program: "prometheus",
      look: [
        `${proof.urls.prometheus}rules`,
        `curl -s ${proof.urls.prometheus}api/v1/rules`,
        "docs/runbooks/RuleEvaluationFailing.md",
      ],
      async find(signal) {
        const { groups } = await api<{ groups: readonly Group[] }>(verification, "rules", signal);
        const absent = missing(
          proof.ruleGroups,
          groups.map(({ name }) => name),
        );
        // A minute more than it takes: this machine's clock may differ.
        const late = groups
          .filter(({ interval, lastEvaluation }) => now() - Date.parse(lastEvaluation) > (2 * interval + 60) * 1000)
          .map(({ name }) => name);
        const errors = groups.flatMap((group) =>
          group.rules.flatMap(({ name, lastError }) => (lastError ? [`${group.name} ${name}: ${lastError}`] : [])),
        );
        if (absent.length + late.length + errors.length === 0) {
          return ok(`${groups.length} groups, ${groups.reduce((sum, group) => sum + group.rules.length, 0)} rules`);
        }
        const words = [
          ...(absent.length === 0 ? [] : [`not there: ${listed(absent)}`]),
          ...(late.length === 0 ? [] : [`not evaluated lately: ${listed(late)}`]),
          ...errors.slice(0, 3),
        ];
        return failed(`${proof.ruleGroups.length} groups of rules, evaluated without an error`, words.join("; "));
      },
    },
  ];
};
