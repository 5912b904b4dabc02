import { blog } from "./blog.ts";
import { storefront } from "./storefront.ts";
import type { CreateSystem } from "./system.ts";

/** The systems that the program can deploy, by the name that `vigie:systems` chooses them with. */
export const systems: Readonly<Record<string, CreateSystem>> = { storefront, blog };
