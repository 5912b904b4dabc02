# prometheus/mysqld_exporter: a busybox with the exporter.
. /vigie/small-root.sh
install_program /usr/bin/prometheus-mysqld-exporter /out/bin/mysqld_exporter
