# library/traefik: an Alpine with certificates, time zones and the binary.
. /vigie/small-root.sh
install -m 755 /vigie/traefik /out/usr/local/bin/traefik
mkdir -p /out/usr/share
cp -R /usr/share/zoneinfo /out/usr/share/zoneinfo
cat >/out/entrypoint.sh <<'SH'
#!/bin/sh
# Options and Traefik's own commands go to traefik; anything else is run as it is.
set -e
case "${1-}" in
"" | -*) set -- traefik "$@" ;;
healthcheck | version) set -- traefik "$@" ;;
esac
exec "$@"
SH
chmod 755 /out/entrypoint.sh
