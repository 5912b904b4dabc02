# prometheus/blackbox-exporter: a busybox with the exporter and its default modules.
. /vigie/small-root.sh
install_program /usr/bin/prometheus-blackbox-exporter /out/bin/blackbox_exporter
mkdir -p /out/etc/blackbox_exporter
cp /etc/prometheus/blackbox.yml /out/etc/blackbox_exporter/config.yml
