# prom/prometheus: a busybox with prometheus and promtool. Debian's build has no web UI, only the API.
. /vigie/small-root.sh
install_program /usr/bin/prometheus /out/bin/prometheus
install_program /usr/bin/promtool /out/bin/promtool
mkdir -p /out/etc/prometheus /out/prometheus /out/usr/share/prometheus
cp -R /usr/share/prometheus/web /out/usr/share/prometheus/web
cat >/out/etc/prometheus/prometheus.yml <<'YAML'
global:
  scrape_interval: 15s
scrape_configs:
  - job_name: prometheus
    static_configs:
      - targets: ["localhost:9090"]
YAML
chown -R 65534:65534 /out/etc/prometheus /out/prometheus
