import { blog } from "./blog.ts";
import { storefront } from "./storefront.ts";
import { SURVEYS_MAILERS, surveys } from "./surveys.ts";
import type { CreateSystem } from "./system.ts";

/** The systems that the program can deploy, by the name that `vigie:systems` chooses them with. */
export const systems: Readonly<Record<string, CreateSystem>> = { storefront, blog, surveys };

/** The services of a system that send mails to people, by the system's name. */
export const mailers: Readonly<Record<string, readonly string[]>> = { surveys: SURVEYS_MAILERS };
