import { SMALL_PACKAGES } from "../../services/image-recipe.ts";
import { metricsOf } from "../metrics/metric.ts";
import { MEMCACHED_THRESHOLDS, memcachedRules } from "../rules/memcached.ts";
import type { StoreKind } from "./kind.ts";

/** Memcached, a cache that keeps nothing. No system of this repository has one: `new Memcached(…)` brings it. */
export const memcached = {
  name: "memcached",
  metrics: metricsOf("memcached", {
    memcached_commands_total: { type: "counter", unit: "count", labels: ["command", "status"] },
    memcached_connections_rejected_total: { type: "counter", unit: "count", labels: [] },
    memcached_current_bytes: { type: "gauge", unit: "bytes", labels: [] },
    memcached_current_connections: { type: "gauge", unit: "count", labels: [] },
    memcached_current_items: { type: "gauge", unit: "count", labels: [] },
    memcached_item_no_memory_total: { type: "counter", unit: "count", labels: [] },
    memcached_items_evicted_total: { type: "counter", unit: "count", labels: [] },
    memcached_items_reclaimed_total: { type: "counter", unit: "count", labels: [] },
    memcached_limit_bytes: { type: "gauge", unit: "bytes", labels: [] },
    memcached_max_connections: { type: "gauge", unit: "count", labels: [] },
    memcached_read_bytes_total: { type: "counter", unit: "bytes", labels: [] },
    memcached_up: { type: "gauge", unit: "boolean", labels: [] },
    memcached_written_bytes_total: { type: "counter", unit: "bytes", labels: [] },
  }),
  seriesBudget: 100,
  thresholds: MEMCACHED_THRESHOLDS,
  rules: memcachedRules,
  images: {
    memcached: {
      reference: "docker.io/library/memcached:1.6.45",
      user: "11211:11211",
      deployed: false,
      contract: {
        entrypoint: ["docker-entrypoint.sh"],
        command: ["memcached"],
        paths: ["/usr/local/bin/docker-entrypoint.sh", "/usr/local/bin/memcached", "/bin/bash"],
        ports: [11211],
        volumes: [],
        env: {},
        shell: true,
        source: "docker-library/memcached 1/debian/Dockerfile",
      },
      recipe: {
        script: "memcached",
        shape: [
          "# library/memcached: Debian's server where the official one is.",
          "ln -s /usr/bin/memcached /usr/local/bin/memcached",
          "cat >/usr/local/bin/docker-entrypoint.sh <<'SH'",
          "#!/bin/sh",
          "set -e",
          'case "$1" in -*) set -- memcached "$@" ;; esac',
          'exec "$@"',
          "SH",
          "chmod 755 /usr/local/bin/docker-entrypoint.sh",
          "memcached --version",
        ],
        // The container has no init: systemd is not drawn in.
        packages: ["memcached", "systemd-standalone-tmpfiles"],
        root: "/",
        files: [],
        parts: {},
        version: { package: "memcached" },
        user: "11211:11211",
      },
    },
    memcachedExporter: {
      reference: "quay.io/prometheus/memcached-exporter:v0.14.3",
      user: "65534:65534",
      deployed: false,
      contract: {
        entrypoint: ["/bin/memcached_exporter"],
        command: [],
        paths: ["/bin/memcached_exporter", "/bin/sh"],
        ports: [9150],
        volumes: [],
        env: {},
        shell: true,
        source: "prometheus/memcached_exporter Dockerfile",
      },
      recipe: {
        script: "memcachedExporter",
        shape: [
          "# prometheus/memcached_exporter: a busybox with the exporter.",
          ". /vigie/small-root.sh",
          "install_program /vigie/memcachedExporter /out/bin/memcached_exporter",
        ],
        packages: SMALL_PACKAGES,
        root: "/out",
        files: ["small-root.sh"],
        parts: {},
        // No Debian has it.
        module: {
          path: "github.com/prometheus/memcached_exporter",
          version: "0.14.3",
          sum: "h1:Of+E4D+VysIicZjLDoSvlWAM7Yu0jJMlUF9D8nSsKyc=",
          modSum: "h1:5RnZhcAXAu6rwwlGl4pz8NJjAjvBdHr1ZL5F8vYLJnU=",
          package: "./cmd/memcached_exporter",
          linkerFlags: "-X github.com/prometheus/common/version.Version=0.14.3",
          versionArguments: ["--version"],
          takes: 20,
        },
        version: { exact: "0.14.3" },
        user: "nobody",
      },
    },
  },
} as const satisfies StoreKind;
