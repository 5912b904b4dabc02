import { SMALL_PACKAGES } from "../../services/image-recipe.ts";
import { mysqlMetrics } from "../metrics/mysql.ts";
import { MYSQL_THRESHOLDS, mysqlRules } from "../rules/mysql.ts";
import type { StoreKind } from "./kind.ts";

/** MySQL, and MariaDB in its place. MySQL itself is in none of Debian's suites: the image that is made here is MariaDB's, and is called so. */
export const mysql = {
  name: "mysql",
  metrics: mysqlMetrics,
  seriesBudget: 1000,
  thresholds: MYSQL_THRESHOLDS,
  rules: mysqlRules,
  dumped: true,
  images: {
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
      recipe: {
        script: "mysql",
        packages: ["mariadb-server", "mariadb-client", "gosu", "tzdata", "bzip2", "xz-utils", "zstd"],
        root: "/",
        files: ["mysql-entrypoint.sh"],
        parts: {},
        version: { package: "mariadb-server" },
        repository: "mariadb",
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
      recipe: {
        script: "mysqldExporter",
        packages: [...SMALL_PACKAGES, "prometheus-mysqld-exporter"],
        root: "/out",
        files: ["small-root.sh"],
        parts: {},
        version: { package: "prometheus-mysqld-exporter" },
        user: "nobody",
      },
    },
  },
} as const satisfies StoreKind;
