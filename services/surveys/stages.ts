/** The stages of the surveys: the same services from the same image, in one process, in two, or in four. */

import type { CALLEES } from "./services.ts";

/** The stages, in the order in which a system moves on: of one process, with `survey` taken out, and as drawn. */
export const SURVEYS_STAGES = ["monolith", "extracted", "microservices"] as const;

/** A stage of the surveys. */
export type SurveysStage = (typeof SURVEYS_STAGES)[number];

/** A service that the gateway asks. */
export type Callee = (typeof CALLEES)[number];

/** The services within the gateway's process, by stage; the others are containers of their own. */
export const WITHIN: Readonly<Record<SurveysStage, readonly Callee[]>> = {
  monolith: ["survey", "auth", "health"],
  extracted: ["auth", "health"],
  microservices: [],
};

/** Those of the services that are users of the system's Redis, wherever they run: so nothing of theirs is lost by a move. */
export const REDIS_USERS = ["gateway", "survey", "auth"] as const;
