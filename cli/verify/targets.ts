/** Prometheus scrapes every target that was declared, and each is up. */

import { type CheckKind, failed, listed, ok } from "./check.ts";
import { query, queryCommand } from "./prometheus.ts";

/** One check: each job has as many targets as were declared, freshly scraped, and all are up. */
export const targets: CheckKind = (verification) => {
  const { proof } = verification;
  // What is scraped no more keeps its last sample for minutes.
  const fresh = `up and time() - timestamp(up) < ${2.5 * proof.scrapeSeconds + 2}`;
  return [
    {
      name: "targets",
      seconds: 2 * proof.scrapeSeconds + 10,
      look: [`${proof.urls.prometheus}targets`, queryCommand(verification, "up == 0"), "docs/runbooks/TargetDown.md"],
      async find(signal) {
        const found = await query(verification, fresh, signal);
        const wanted = Object.values(proof.jobs).reduce((sum, count) => sum + count, 0);
        const down = found.filter(({ value }) => value !== 1).map(({ labels }) => `${labels.job} ${labels.instance}`);
        const absent = Object.entries(proof.jobs).flatMap(([job, count]) => {
          const seen = found.filter(({ labels }) => labels.job === job).length;
          return seen < count ? [`${job} (${seen} of ${count})`] : [];
        });
        if (down.length === 0 && absent.length === 0) return ok(`${wanted} of ${wanted} up`);
        const words = [
          ...(absent.length === 0 ? [] : [`not scraped: ${listed(absent)}`]),
          ...(down.length === 0 ? [] : [`down: ${listed(down)}`]),
        ];
        const first = (absent[0] ?? down[0] ?? "").split(" ")[0];
        return failed(`${wanted} targets, all up`, words.join("; "), absent.length > 0 ? "prometheus" : first);
      },
    },
  ];
};
