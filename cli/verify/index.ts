/** All that is proven of a deployment. A new check is a file beside this one, and a line here. */

import { alerts } from "./alerts.ts";
import { calls } from "./calls.ts";
import { certificates } from "./certificates.ts";
import type { Check, Verification } from "./check.ts";
import { clock } from "./clock.ts";
import { datasources } from "./datasources.ts";
import { exemplars } from "./exemplars.ts";
import { lines } from "./lines.ts";
import { probes } from "./probes.ts";
import { receivers } from "./receivers.ts";
import { routes } from "./requests.ts";
import { rules } from "./rules.ts";
import { stores } from "./stores.ts";
import { targets } from "./targets.ts";
import { told } from "./told.ts";
import { traces } from "./traces.ts";

const kinds = [
  routes,
  traces,
  lines,
  exemplars,
  calls,
  targets,
  rules,
  probes,
  alerts,
  told,
  receivers,
  datasources,
  certificates,
  clock,
  stores,
];

/** The checks of a deployment, in the order in which they are shown. */
export function checksOf(verification: Verification): readonly Check[] {
  return kinds.flatMap((kind) => kind(verification));
}
