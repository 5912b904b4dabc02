# prom/alertmanager: a busybox with alertmanager and amtool. Debian's build has no web UI, only the API, and reads its
# message templates from a directory where the official one holds them inside.
. /vigie/small-root.sh
install_program /usr/bin/prometheus-alertmanager /out/bin/alertmanager
install_program /usr/bin/amtool /out/bin/amtool
mkdir -p /out/etc/alertmanager /out/alertmanager /out/usr/share/prometheus/alertmanager
cp /usr/share/prometheus/alertmanager/*.tmpl /out/usr/share/prometheus/alertmanager/
# For mute timings in people's own time.
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo
test -s /out/usr/share/prometheus/alertmanager/default.tmpl
test -s /out/usr/share/prometheus/alertmanager/email.tmpl
cat >/out/etc/alertmanager/alertmanager.yml <<'YAML'
route:
  receiver: none
receivers:
  - name: none
YAML
chown -R 65534:65534 /out/etc/alertmanager /out/alertmanager
