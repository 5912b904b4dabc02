/**
 * The image catalogue: every image that Vigie runs, pinned once, with the contract that our container arguments rely on.
 *
 * A contract is what the official Dockerfile (its `source`) promises. Images that `offline/` builds keep the same
 * contract, so that one set of container arguments serves both.
 */

import type { HostPart, ImageChoices, ImageEntry } from "./image-entry.ts";

/** Every image that Vigie runs, by the name that configuration and code use for it. */
export const images = {
  prometheus: {
    reference: "docker.io/prom/prometheus:v3.5.3",
    user: "65534:65534",
    contract: {
      entrypoint: ["/bin/prometheus"],
      command: ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
      paths: ["/bin/prometheus", "/bin/promtool", "/bin/sh", "/etc/prometheus/prometheus.yml", "/prometheus"],
      ports: [9090],
      volumes: ["/prometheus"],
      env: {},
      shell: true,
      source: "prometheus/prometheus Dockerfile",
    },
  },
  traefik: {
    reference: "docker.io/library/traefik:v3.7.15",
    user: "65532:65532",
    contract: {
      entrypoint: ["/entrypoint.sh"],
      command: ["traefik"],
      paths: ["/entrypoint.sh", "/usr/local/bin/traefik", "/bin/sh"],
      ports: [80],
      volumes: [],
      env: {},
      shell: true,
      source: "traefik/traefik-library-image v3.7/alpine/Dockerfile",
    },
  },
  nginx: {
    reference: "docker.io/library/nginx:1.30.6",
    user: "101:101",
    contract: {
      entrypoint: ["/docker-entrypoint.sh"],
      command: ["nginx", "-g", "daemon off;"],
      paths: [
        "/docker-entrypoint.sh",
        "/usr/sbin/nginx",
        "/etc/nginx/mime.types",
        "/etc/nginx/nginx.conf",
        "/usr/share/nginx/html",
        "/bin/sh",
      ],
      ports: [80],
      volumes: [],
      env: {},
      shell: true,
      source: "nginx/docker-nginx stable/debian/Dockerfile",
    },
  },
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
  },
  python: {
    reference: "docker.io/library/python:3.14.8-slim-trixie",
    user: "65534:65534",
    contract: {
      entrypoint: [],
      command: ["python3"],
      paths: [
        "/usr/local/bin/python3",
        "/usr/local/bin/python",
        "/usr/local/bin/pip3",
        "/usr/local/bin/pip",
        "/bin/sh",
      ],
      ports: [],
      volumes: [],
      env: {},
      shell: true,
      source: "docker-library/python 3.14/slim-trixie/Dockerfile",
    },
  },
  node: {
    reference: "docker.io/library/node:24.21.0-trixie-slim",
    user: "1000:1000",
    contract: {
      entrypoint: ["docker-entrypoint.sh"],
      command: ["node"],
      paths: [
        "/usr/local/bin/node",
        "/usr/local/bin/npm",
        "/usr/local/bin/npx",
        "/usr/local/bin/docker-entrypoint.sh",
        "/bin/sh",
      ],
      ports: [],
      volumes: [],
      env: {},
      shell: true,
      source: "nodejs/docker-node 24/trixie-slim/Dockerfile",
    },
  },
  alertmanager: {
    reference: "docker.io/prom/alertmanager:v0.33.1",
    user: "65534:65534",
    contract: {
      entrypoint: ["/bin/alertmanager"],
      command: ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
      paths: [
        "/bin/alertmanager",
        "/bin/amtool",
        "/bin/sh",
        "/etc/alertmanager/alertmanager.yml",
        "/alertmanager",
        "/usr/share/zoneinfo",
      ],
      ports: [9093],
      volumes: ["/alertmanager"],
      env: {},
      shell: true,
      source: "prometheus/alertmanager Dockerfile",
    },
  },
  mailpit: {
    reference: "docker.io/axllent/mailpit:v1.31.0",
    user: "65534:65534",
    contract: {
      entrypoint: ["/mailpit"],
      command: [],
      paths: ["/mailpit", "/bin/sh"],
      ports: [1025, 1110, 8025],
      volumes: [],
      env: {},
      shell: true,
      source: "axllent/mailpit Dockerfile",
    },
  },
  collector: {
    reference: "docker.io/otel/opentelemetry-collector-contrib:0.145.0",
    user: "10001:10001",
    deployed: { logAgent: "collector" },
    contract: {
      entrypoint: ["/otelcol-contrib"],
      command: ["--config", "/etc/otelcol-contrib/config.yaml"],
      paths: ["/otelcol-contrib", "/etc/otelcol-contrib/config.yaml"],
      ports: [4317, 4318, 55679],
      volumes: [],
      env: {},
      shell: false,
      source: "open-telemetry/opentelemetry-collector-releases distributions/otelcol-contrib/Dockerfile",
    },
  },
  // Ended on 2026-03-02: there will be no newer one that matters.
  promtail: {
    reference: "docker.io/grafana/promtail:3.6.3",
    user: "65534:65534",
    deployed: { logAgent: "promtail" },
    contract: {
      entrypoint: ["/usr/bin/promtail"],
      command: ["-config.file=/etc/promtail/config.yml"],
      paths: ["/usr/bin/promtail", "/etc/promtail/config.yml", "/bin/sh"],
      ports: [],
      volumes: [],
      env: {},
      shell: true,
      source: "grafana/loki clients/cmd/promtail/Dockerfile",
    },
  },
  loki: {
    reference: "docker.io/grafana/loki:3.7.8",
    user: "10001:10001",
    contract: {
      entrypoint: ["/usr/bin/loki"],
      command: ["-config.file=/etc/loki/local-config.yaml"],
      paths: ["/usr/bin/loki", "/etc/loki/local-config.yaml", "/loki"],
      ports: [3100],
      volumes: [],
      env: {},
      shell: false,
      source: "grafana/loki cmd/loki/Dockerfile",
    },
  },
  jaeger: {
    reference: "docker.io/jaegertracing/jaeger:2.13.0",
    user: "10001:10001",
    deployed: { traceStore: "jaeger" },
    contract: {
      entrypoint: ["/cmd/jaeger/jaeger-linux"],
      command: [],
      // The only directory that its user may write to is /tmp, and a new volume there is as open.
      paths: ["/cmd/jaeger/jaeger-linux", "/tmp", "/usr/bin/wget"],
      ports: [4317, 4318, 5778, 5779, 9411, 13132, 13133, 14250, 14268, 16686],
      volumes: ["/tmp"],
      env: { JAEGER_LISTEN_HOST: "0.0.0.0" },
      shell: true,
      source: "jaegertracing/jaeger cmd/jaeger/Dockerfile",
    },
  },
  tempo: {
    reference: "docker.io/grafana/tempo:2.10.8",
    user: "10001:10001",
    deployed: { traceStore: "tempo" },
    contract: {
      entrypoint: ["/tempo"],
      command: [],
      // Its user owns /var/tempo, and a new volume there is its own.
      paths: ["/tempo", "/var/tempo"],
      ports: [],
      volumes: [],
      env: {},
      shell: false,
      source: "grafana/tempo cmd/tempo/Dockerfile",
    },
  },
  grafana: {
    reference: "docker.io/grafana/grafana:13.2.3",
    user: "472:472",
    contract: {
      entrypoint: ["/run.sh"],
      command: [],
      paths: [
        "/run.sh",
        "/usr/share/grafana/bin/grafana",
        "/usr/share/grafana/conf/defaults.ini",
        "/usr/share/grafana/public",
        "/etc/grafana",
        "/var/lib/grafana",
        "/bin/sh",
      ],
      ports: [3000],
      volumes: [],
      env: {
        GF_PATHS_CONFIG: "/etc/grafana/grafana.ini",
        GF_PATHS_DATA: "/var/lib/grafana",
        GF_PATHS_HOME: "/usr/share/grafana",
        GF_PATHS_LOGS: "/var/log/grafana",
        GF_PATHS_PLUGINS: "/var/lib/grafana/plugins",
        GF_PATHS_PROVISIONING: "/etc/grafana/provisioning",
      },
      shell: true,
      source: "grafana/grafana Dockerfile",
    },
  },
  blackboxExporter: {
    reference: "quay.io/prometheus/blackbox-exporter:v0.28.0",
    user: "65534:65534",
    contract: {
      entrypoint: ["/bin/blackbox_exporter"],
      command: ["--config.file=/etc/blackbox_exporter/config.yml"],
      paths: ["/bin/blackbox_exporter", "/etc/blackbox_exporter/config.yml", "/bin/sh"],
      ports: [9115],
      volumes: [],
      env: {},
      shell: true,
      source: "prometheus/blackbox_exporter Dockerfile",
    },
  },
  nodeExporter: {
    reference: "quay.io/prometheus/node-exporter:v1.11.1",
    user: "65534:65534",
    contract: {
      entrypoint: ["/bin/node_exporter"],
      command: [],
      paths: ["/bin/node_exporter", "/bin/sh"],
      ports: [9100],
      volumes: [],
      env: {},
      shell: true,
      source: "prometheus/node_exporter Dockerfile",
    },
  },
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
  },
  mysql: {
    reference: "docker.io/library/mysql:8.4.10",
    user: "999:999",
    deployed: { system: "blog" },
    contract: {
      entrypoint: ["docker-entrypoint.sh"],
      command: ["mysqld"],
      paths: [
        "/usr/local/bin/docker-entrypoint.sh",
        "/usr/sbin/mysqld",
        "/usr/bin/mysql",
        "/usr/bin/mysqladmin",
        "/usr/bin/mysqldump",
        "/docker-entrypoint-initdb.d",
        "/etc/mysql/conf.d",
        "/var/lib/mysql",
        "/var/run/mysqld",
        "/bin/bash",
      ],
      ports: [3306, 33060],
      volumes: ["/var/lib/mysql"],
      env: {},
      shell: true,
      source: "docker-library/mysql 8.4/Dockerfile.oracle",
    },
  },
  mysqldExporter: {
    reference: "quay.io/prometheus/mysqld-exporter:v0.19.0",
    user: "65534:65534",
    deployed: { system: "blog" },
    contract: {
      entrypoint: ["/bin/mysqld_exporter"],
      command: [],
      paths: ["/bin/mysqld_exporter"],
      ports: [9104],
      volumes: [],
      env: {},
      shell: true,
      source: "prometheus/mysqld_exporter Dockerfile",
    },
  },
  nginxExporter: {
    reference: "docker.io/nginx/nginx-prometheus-exporter:1.5.1",
    user: "1001:1001",
    contract: {
      entrypoint: ["/usr/bin/nginx-prometheus-exporter"],
      command: [],
      paths: ["/usr/bin/nginx-prometheus-exporter"],
      ports: [],
      volumes: [],
      env: {},
      shell: false,
      source: "nginx/nginx-prometheus-exporter build/Dockerfile",
    },
  },
  wordpress: {
    reference: "docker.io/library/wordpress:7.1.3-php8.4-fpm",
    user: "33:33",
    deployed: { system: "blog" },
    contract: {
      entrypoint: ["docker-entrypoint.sh"],
      command: ["php-fpm"],
      paths: [
        "/usr/local/bin/docker-entrypoint.sh",
        "/usr/local/bin/php",
        "/usr/local/sbin/php-fpm",
        "/usr/src/wordpress/index.php",
        "/usr/src/wordpress/wp-config-docker.php",
        "/var/www/html",
        "/bin/bash",
      ],
      ports: [9000],
      volumes: ["/var/www/html"],
      env: {},
      shell: true,
      source: "docker-library/wordpress latest/php8.4/fpm/Dockerfile",
    },
  },
  phpmyadmin: {
    reference: "docker.io/library/phpmyadmin:5.2.3-fpm",
    user: "33:33",
    deployed: { system: "blog" },
    contract: {
      entrypoint: ["/docker-entrypoint.sh"],
      command: ["php-fpm"],
      paths: [
        "/docker-entrypoint.sh",
        "/etc/phpmyadmin/config.inc.php",
        "/usr/local/bin/php",
        "/usr/local/sbin/php-fpm",
        "/var/www/html/index.php",
        "/bin/bash",
      ],
      ports: [9000],
      volumes: [],
      env: {},
      shell: true,
      source: "phpmyadmin/docker fpm/Dockerfile",
    },
  },
} as const satisfies Record<string, ImageEntry>;

/** The name of an image of the catalogue. */
export type ImageName = keyof typeof images;

/** Every name of the catalogue, in its order. */
export const imageNames: readonly ImageName[] = Object.keys(images) as ImageName[];

/** What is on the other host alone, by what a host has. */
const ELSEWHERE: Readonly<Record<HostPart, readonly ImageName[]>> = {
  all: [],
  services: ["alertmanager", "mailpit", "loki", "jaeger", "tempo", "grafana"],
  monitoring: [
    "traefik",
    "postgres",
    "redis",
    "redisExporter",
    "mysql",
    "mysqldExporter",
    "wordpress",
    "phpmyadmin",
    "nginxExporter",
    "node",
  ],
};

/**
 * The images that the components run: those that a deployment with these settings needs.
 *
 * @param part what the host in question has of it
 */
export function deployedImages(choices: ImageChoices, part: HostPart = "all"): readonly ImageName[] {
  return imageNames.filter((name) => {
    const { deployed = true }: ImageEntry = images[name];
    if (ELSEWHERE[part].includes(name)) return false;
    if (typeof deployed === "boolean") return deployed;
    if ("system" in deployed) return choices.systems?.includes(deployed.system) ?? true;
    if ("traceStore" in deployed) return deployed.traceStore === choices.traceStore;
    return deployed.logAgent === choices.logAgent;
  });
}
