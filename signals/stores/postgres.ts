import { SMALL_PACKAGES } from "../../services/image-recipe.ts";
import { postgresMetrics } from "../metrics/postgres.ts";
import { POSTGRES_THRESHOLDS, postgresRules } from "../rules/postgres.ts";
import type { StoreKind } from "./kind.ts";

/** PostgreSQL. */
export const postgres = {
  name: "postgres",
  metrics: postgresMetrics,
  seriesBudget: 1000,
  thresholds: POSTGRES_THRESHOLDS,
  rules: postgresRules,
  dumped: true,
  images: {
    postgres: {
      reference: "docker.io/library/postgres:18.6",
      user: "999:999",
      contract: {
        entrypoint: ["docker-entrypoint.sh"],
        command: ["postgres"],
        paths: [
          "/usr/local/bin/docker-entrypoint.sh",
          "/usr/lib/postgresql/18/bin/postgres",
          "/usr/lib/postgresql/18/bin/psql",
          "/usr/lib/postgresql/18/bin/pg_isready",
          "/docker-entrypoint-initdb.d",
          "/var/lib/postgresql",
          "/var/run/postgresql",
          "/bin/bash",
        ],
        ports: [5432],
        volumes: ["/var/lib/postgresql"],
        env: { PGDATA: "/var/lib/postgresql/18/docker", PG_MAJOR: "18", LANG: "en_US.utf8" },
        shell: true,
        source: "docker-library/postgres 18/trixie/Dockerfile",
      },
      recipe: {
        script: "postgres",
        packages: ["postgresql-18", "locales", "gosu", "xz-utils", "zstd"],
        root: "/",
        files: ["postgres-entrypoint.sh"],
        parts: {},
        version: { package: "postgresql-18" },
        stopSignal: "SIGINT",
        env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin" },
      },
    },
    postgresExporter: {
      reference: "quay.io/prometheuscommunity/postgres-exporter:v0.19.1",
      user: "65534:65534",
      contract: {
        entrypoint: ["/bin/postgres_exporter"],
        command: [],
        paths: ["/bin/postgres_exporter"],
        ports: [9187],
        volumes: [],
        env: {},
        shell: true,
        source: "prometheus-community/postgres_exporter Dockerfile",
      },
      recipe: {
        script: "postgresExporter",
        packages: [...SMALL_PACKAGES, "prometheus-postgres-exporter"],
        root: "/out",
        files: ["small-root.sh"],
        parts: {},
        version: { package: "prometheus-postgres-exporter" },
        user: "nobody",
      },
    },
  },
} as const satisfies StoreKind;
