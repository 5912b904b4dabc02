# grafana/loki: certificates, time zones and Loki, with a directory for its data that its user owns.
. /vigie/bare-root.sh
mkdir -p /out/usr/bin /out/usr/share /out/etc/loki /out/loki/rules /out/loki/rules-temp
install -m 755 /vigie/loki /out/usr/bin/loki
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo
printf 'loki:x:10001:10001::/home/loki:/bin/false\n' >>/out/etc/passwd
printf 'loki:x:10001:\n' >>/out/etc/group
cat >/out/etc/loki/local-config.yaml <<'YAML'
auth_enabled: false
server:
  http_listen_port: 3100
common:
  instance_addr: 127.0.0.1
  path_prefix: /loki
  storage:
    filesystem:
      chunks_directory: /loki/chunks
      rules_directory: /loki/rules
  replication_factor: 1
  ring:
    kvstore:
      store: inmemory
schema_config:
  configs:
    - from: 2020-10-24
      store: tsdb
      object_store: filesystem
      schema: v13
      index:
        prefix: index_
        period: 24h
analytics:
  reporting_enabled: false
YAML
chown -R 10001:10001 /out/etc/loki /out/loki
