/** Where things are kept on the machine, outside of the repository. */

export { cacheDirectory } from "../config/cache-directory.ts";
