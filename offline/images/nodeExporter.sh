# prometheus/node-exporter: a busybox with the exporter.
. /vigie/small-root.sh
install_program /usr/bin/prometheus-node-exporter /out/bin/node_exporter
