/** How long images take: what remains is told by it, and nothing is hashed of it. */

import type { ImageName } from "../../config/images.ts";

/** Seconds on two idle cores, where an image takes much longer than others. */
const LONG: Partial<Record<ImageName, number>> = { postgres: 25, mysql: 25, wordpress: 15, phpmyadmin: 15 };

/** Seconds that the tree of an image, and Docker's taking it in, last on two idle cores. */
export const imageSeconds = (name: ImageName): number => LONG[name] ?? 6;
