# prometheuscommunity/postgres-exporter: a busybox with the exporter.
. /vigie/small-root.sh
install_program /usr/bin/prometheus-postgres-exporter /out/bin/postgres_exporter
