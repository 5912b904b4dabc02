/** A service within the process of another one: the same code and the same contract, without a network between them. */

import type { Environment, InstrumentedServer } from "../../../telemetry/node/index.ts";

/** A service that can be a part of another one. */
export interface Part {
  /**
   * Reads its settings, which have the names that its own process knows them by. Only those of Redis begin with its name
   * (`SURVEY_REDIS_USER`): its keys stay its own, and are found wherever it runs. What is wrong is told by the
   * environment's `finish()`.
   *
   * @returns what opens it with these settings
   */
  read(environment: Environment): OpenPart;
}

/**
 * Opens a part. Its metrics are on the page of the server that it is a part of; closing its application ends what it holds.
 *
 * @param whole the server that it is a part of, which alone can ask it
 */
export type OpenPart = (whole: InstrumentedServer) => Promise<InstrumentedServer>;
