# grafana/grafana: an Alpine with certificates, time zones and the server. No registry has the built web pages.
. /vigie/small-root.sh
home=/out/usr/share/grafana
mkdir -p "$home/bin" "$home/public/build" "$home/public/img" "$home/public/views" "$home/plugins-bundled" /out/etc/grafana /out/var/lib /out/var/log
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo
install -m 755 /vigie/grafana "$home/bin/grafana"
cp -R /vigie/conf "$home/conf"
for directory in dashboards emails; do cp -R "/vigie/public/$directory" "$home/public/$directory"; done
cp /vigie/public/img/user_profile.png "$home/public/img/user_profile.png"
# The datasources and panels that the server knows; the rest of them are sources of the pages.
(cd /vigie/public && find app/plugins -name plugin.json | tar -cf - -T -) | tar -C "$home/public" -xf -
# Where the pages would be, it says why there are none.
for view in index error; do
  cat >"$home/public/views/$view.html" <<'HTML'
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Grafana without its pages</title></head>
<body>
<h1>This Grafana has no pages</h1>
<p>It was built on a machine that reaches package registries only, and none of them has Grafana's web pages. All that
its API does works: datasources, dashboards, queries.</p>
<p>With the official image its pages are here: make a container registry reachable, or name a mirror of one
(<code>vigie:registryMirror</code>), and run <code>npm run up</code> again.</p>
</body>
</html>
HTML
done
install -m 644 "$home/conf/sample.ini" /out/etc/grafana/grafana.ini
printf 'grafana:x:472:0::/home/grafana:/bin/false\n' >>/out/etc/passwd
# The official image lets any user write here.
for directory in datasources dashboards notifiers plugins access-control alerting; do
  install -d -o 472 -g 0 -m 777 "/out/etc/grafana/provisioning/$directory"
done
for directory in /out/etc/grafana/provisioning /out/var/lib/grafana /out/var/lib/grafana/plugins /out/var/log/grafana; do
  install -d -o 472 -g 0 -m 777 "$directory"
done
cat >/out/run.sh <<'SH'
#!/bin/sh
# Starts Grafana with the places that GF_PATHS_* name. A variable NAME__FILE stands for NAME, read from that file.
set -e
for name in $(env | sed -n 's/^\(GF_[A-Za-z0-9_]*\)__FILE=.*/\1/p'); do
  eval "file=\${${name}__FILE} given=\${$name-}"
  [ -n "$file" ] || continue
  if [ -n "$given" ]; then
    echo "Both $name and ${name}__FILE are set: only one of them may be." >&2
    exit 1
  fi
  value=$(cat "$file")
  export "$name=$value"
  unset "${name}__FILE"
done
[ -d "$GF_PATHS_PLUGINS" ] || mkdir "$GF_PATHS_PLUGINS"
export HOME="$GF_PATHS_HOME"
exec grafana server --homepath="$GF_PATHS_HOME" --config="$GF_PATHS_CONFIG" --packaging=docker "$@" \
  cfg:default.log.mode=console \
  cfg:default.paths.data="$GF_PATHS_DATA" \
  cfg:default.paths.logs="$GF_PATHS_LOGS" \
  cfg:default.paths.plugins="$GF_PATHS_PLUGINS" \
  cfg:default.paths.provisioning="$GF_PATHS_PROVISIONING"
SH
chmod 755 /out/run.sh
