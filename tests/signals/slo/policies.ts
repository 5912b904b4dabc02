/** Policies with an objective, for the tests. */

import type { AlertPolicySpec, Receiver } from "../../../signals/alert-policy.ts";
import type { Objective } from "../../../signals/slo/objective.ts";

const pager: Receiver = { kind: "webhook", name: "pager", url: "http://pager.example/" };

/** One policy for some services, `catalog` where none are given. */
export const policyWith = (objective: Objective, services: readonly string[] = ["catalog"]): AlertPolicySpec => ({
  name: "shop",
  services,
  objective,
  notify: { critical: [pager], warning: [pager] },
});
