/** Whether a stack may be broken on purpose. */

import type { Proof } from "../../signals/proof.ts";
import type { StackSettings } from "../settings.ts";

/** Why a stack is none for drills; `[]` for one that is made for them. */
export function seriousness(
  { values, stack }: Pick<StackSettings, "values" | "stack">,
  proof: Pick<Proof, "receivers">,
) {
  const told = proof.receivers.filter(({ arrivals }) => arrivals === undefined).map(({ name }) => name);
  return [
    ...(stack === "prod" ? ["its name is prod"] : []),
    ...(String(values.protectData) === "true" ? ["its data is protected (vigie:protectData)"] : []),
    ...(told.length === 0 ? [] : [`people are told of its alerts, by ${told.join(", ")}`]),
    ...(proof.receivers.length === 0 ? ["nobody is told of its alerts (vigie:inbox is off)"] : []),
  ];
}

/**
 * Refuses a stack that people depend on, unless it is named once more.
 *
 * @param agreed the stack that the user names after `--yes-break`
 * @throws Error with every reason, and what to write
 */
export function refuseSerious(
  settings: Pick<StackSettings, "values" | "stack">,
  proof: Pick<Proof, "receivers">,
  agreed: string | undefined,
): void {
  const reasons = seriousness(settings, proof);
  if (reasons.length === 0 || agreed === settings.stack) return;
  throw new Error(
    `${settings.stack} is no stack for drills: ${reasons.join("; ")}. A drill stops its programs and has people told. ` +
      `Where you mean it: npm run drill -- --stack ${settings.stack} --yes-break ${settings.stack}`,
  );
}
