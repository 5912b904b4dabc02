import { redisFills } from "../fills/redis.ts";
import { redisMetrics } from "../metrics/redis.ts";
import { REDIS_THRESHOLDS, redisRules } from "../rules/redis.ts";
import type { StoreKind } from "./kind.ts";

/** Redis, as cache and counter. */
export const redis = {
  name: "redis",
  metrics: redisMetrics,
  seriesBudget: 100,
  thresholds: REDIS_THRESHOLDS,
  rules: redisRules,
  fills: redisFills,
  images: {
    redis: {
      reference: "docker.io/library/redis:8.0.6",
      user: "999:999",
      contract: {
        entrypoint: ["docker-entrypoint.sh"],
        command: ["redis-server"],
        paths: [
          "/usr/local/bin/docker-entrypoint.sh",
          "/usr/local/bin/redis-server",
          "/usr/local/bin/redis-cli",
          "/data",
          "/bin/sh",
        ],
        ports: [6379],
        volumes: ["/data"],
        env: {},
        shell: true,
        source: "redis/docker-library-redis debian/Dockerfile",
      },
      recipe: {
        script: "redis",
        packages: ["redis-server", "gosu", "tzdata"],
        root: "/",
        files: [],
        parts: {},
        version: { package: "redis-server" },
        workingDirectory: "/data",
      },
    },
    redisExporter: {
      reference: "docker.io/oliver006/redis_exporter:v1.86.0",
      user: "59000:59000",
      contract: {
        entrypoint: ["/redis_exporter"],
        command: [],
        paths: ["/redis_exporter"],
        ports: [9121],
        volumes: [],
        env: {},
        shell: false,
        source: "oliver006/redis_exporter docker/Dockerfile",
      },
      recipe: {
        script: "redisExporter",
        packages: ["ca-certificates", "prometheus-redis-exporter"],
        root: "/out",
        files: ["bare-root.sh"],
        parts: {},
        version: { package: "prometheus-redis-exporter" },
        user: "59000:59000",
      },
    },
  },
} as const satisfies StoreKind;
