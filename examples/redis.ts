/** Redis for two services, each with keys of its own, and a data volume that cannot be deleted. */
import { LocalDockerHost, Redis } from "vigie";

const host = new LocalDockerHost("local");

export const redis = new Redis("redis", { host, services: ["catalog", "sessions"], memory: "256MiB", protect: true });
