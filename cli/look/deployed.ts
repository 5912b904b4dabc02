import type { DrillPlan } from "../../signals/drill-plan.ts";
import type { Proof } from "../../signals/proof.ts";
import type { ContainerEngine } from "../containers/engine.ts";
import type { StackOptions } from "../options.ts";
import { readOutputs } from "../pulumi.ts";
import { openSession } from "../session.ts";
import { type Ask, createAsk } from "../verify/ask.ts";
import { openTunnels } from "../verify/tunnel.ts";

/** Outputs that every look at a stack is made by. */
interface LookedAt {
  readonly proof?: Proof;
  readonly drills?: DrillPlan;
  readonly urls?: Readonly<Record<string, string>>;
}

/** A stack that somebody looks at: what it says of itself, and how its programs are asked. */
export interface Deployed {
  /** What is to be found in it. */
  readonly proof: Proof;
  /** Its alerts, who is told of each, and how each is tried. */
  readonly drills: DrillPlan;
  /** URLs of its pages, by name. */
  readonly pages: Readonly<Record<string, string>>;
  /** Asks its programs; nothing is changed. */
  readonly ask: Ask;
  /** The engines that its containers run on. */
  readonly engines: readonly ContainerEngine[];
}

/**
 * Opens a deployed stack for as long as somebody looks at it.
 *
 * @throws Error when nothing is deployed, or its host is not reached
 */
export async function looking<T>(options: StackOptions, look: (deployed: Deployed) => Promise<T>): Promise<T> {
  const { cli } = await openSession(options.stack, { preference: options.preference, images: "leave", check: false });
  const { proof, drills, urls } = await readOutputs<LookedAt>(cli);
  if (proof === undefined || drills === undefined) {
    throw new Error(
      `the stack ${cli.settings.stack} says nothing of itself: deploy it with \`npm run up\`. A program of your own has ` +
        "`export const proof = monitoring.proof` and `export const drills = monitoring.drills`.",
    );
  }
  const tunnels = await openTunnels(proof, cli.engines);
  try {
    const ask = createAsk(proof.urls, tunnels.reach);
    return await look({ proof, drills, pages: urls ?? {}, ask, engines: cli.engines.all });
  } finally {
    tunnels.close();
  }
}
