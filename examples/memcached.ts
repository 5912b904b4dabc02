/** Memcached for two services, as a cache that both do without. */
import { LocalDockerHost } from "vigie";
import { Memcached } from "vigie/stores/memcached";

const host = new LocalDockerHost("local");

export const memcached = new Memcached("memcached", {
  host,
  services: ["catalog", "sessions"],
  memory: "256MiB",
  optional: true,
});
