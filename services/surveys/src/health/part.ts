import { OWN_PROCESS } from "../between/called.ts";
import type { Part } from "../between/part.ts";
import { newHealthService } from "./service.ts";
import { readHealthSettings } from "./settings.ts";

/** `health` within the process of another service. */
export const part: Part = {
  read: (environment) => {
    const settings = { ...readHealthSettings(environment), called: OWN_PROCESS } as const;
    return (whole) => newHealthService("health", whole.version, settings, whole);
  },
};
