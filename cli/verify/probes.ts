/** Every probe is green: users are answered, asked from outside. */

import { type CheckKind, failed, listed, missing, ok } from "./check.ts";
import { query, queryCommand } from "./prometheus.ts";

/** One check: every probe that was declared succeeds; none where there are no probes. */
export const probes: CheckKind = (verification) => {
  const { proof } = verification;
  if (proof.probes.length === 0) return [];
  return [
    {
      name: "probes",
      seconds: 2 * proof.scrapeSeconds + 10,
      program: "blackbox",
      look: [queryCommand(verification, "probe_success"), "docs/runbooks/ProbeFailed.md"],
      async find(signal) {
        const green = (await query(verification, "probe_success", signal)).filter(({ value }) => value === 1);
        const absent = missing(
          proof.probes,
          green.map(({ labels }) => labels.probe ?? ""),
        );
        return absent.length === 0
          ? ok(`${proof.probes.length} of ${proof.probes.length} green`)
          : failed(`every probe green: ${listed(proof.probes)}`, `not green: ${listed(absent)}`);
      },
    },
  ];
};
