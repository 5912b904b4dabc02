import { OWN_PROCESS } from "../between/called.ts";
import type { Part } from "../between/part.ts";
import { newAuthService } from "./service.ts";
import { readAuthSettings } from "./settings.ts";

/** `auth` within the process of another service. */
export const part: Part = {
  read: (environment) => {
    const settings = { ...readAuthSettings(environment, "AUTH_"), called: OWN_PROCESS } as const;
    return (whole) => newAuthService("auth", whole.version, settings, whole);
  },
};
