/** The kinds of data stores. A new one is a file beside this one, and a line here. */

export { memcached } from "./memcached.ts";
export { mysql } from "./mysql.ts";
export { postgres } from "./postgres.ts";
export { redis } from "./redis.ts";
