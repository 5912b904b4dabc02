# grafana/promtail: a root with a shell, time zones, certificates and Promtail; the official one is an Ubuntu.
. /vigie/small-root.sh
install -m 755 /vigie/promtail /out/bin/promtail
mkdir -p /out/etc/promtail /out/usr/share
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo
cat >/out/etc/promtail/config.yml <<'YAML'
server:
  http_listen_port: 9080
  grpc_listen_port: 0
positions:
  filename: /tmp/positions.yaml
clients:
  - url: http://loki:3100/loki/api/v1/push
scrape_configs:
  - job_name: system
    static_configs:
      - targets:
          - localhost
        labels:
          job: varlogs
          __path__: /var/log/*log
YAML
