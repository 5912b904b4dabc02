import type { Refusal, Visit } from "../../src/gateway/pages/visit.ts";

declare global {
  namespace App {
    interface Error {
      /** Id of the request: its team finds lines by it. */
      requestId: string;
    }
    interface Locals {
      /** What the gateway can do for whoever asks. */
      visit: Visit;
      /** Why there is no file to be downloaded. */
      noFile?: Refusal;
    }
    interface Platform {
      req: import("node:http").IncomingMessage & { visit: Visit };
    }
  }
}
