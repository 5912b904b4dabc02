# library/redis: Debian's server with the official entrypoint's behaviour, and no configuration file.
rm -rf /etc/redis /var/lib/redis /usr/share/doc/redis*
for name in redis-server redis-cli redis-benchmark redis-check-aof redis-check-rdb redis-sentinel; do
  [ ! -e "/usr/bin/$name" ] || ln -s "/usr/bin/$name" "/usr/local/bin/$name"
done
install --directory --owner redis --group redis --mode 755 /data
cat >/usr/local/bin/docker-entrypoint.sh <<'SH'
#!/bin/sh
# Options and configuration files go to redis-server, which runs as redis when it is started by root.
set -e
case "${1-}" in
-* | *.conf) set -- redis-server "$@" ;;
esac
if [ "${1-}" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . ! -user redis -exec chown redis '{}' +
  exec gosu redis "$0" "$@"
fi
# The official server is built with protected mode off, since nothing reaches a container but what is published.
if [ "${1-}" = redis-server ] && ! grep -qs '^ *protected-mode ' "${2-}"; then
  case " $* " in
  *" --protected-mode "*) ;;
  *) set -- "$@" --protected-mode no ;;
  esac
fi
umask 0077
exec "$@"
SH
chmod 755 /usr/local/bin/docker-entrypoint.sh
redis-server --version
