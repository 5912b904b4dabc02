# nginx for the machine itself: the binary, its libraries and its configuration's includes.
. /vigie/tool-root.sh
install_tool nginx /usr/sbin/nginx
cp -R /etc/nginx /out/etc-nginx
rm -rf /out/etc-nginx/sites-* /out/etc-nginx/modules-*
cat >/out/bin/nginx <<'SH'
#!/bin/sh
# Runs nginx with /etc/nginx of its own package over the machine's /etc, in a mount namespace of its own where the
# machine allows that; so `include /etc/nginx/mime.types` means the same here as in the container.
here=$(dirname "$(dirname "$(readlink -f "$0")")")
if [ "${1-}" = --in-namespace ]; then
  shift
else
  [ "$(id -u)" = 0 ] && map= || map=--map-root-user
  lower=$here/etc
  if unshare --mount $map mount -t overlay overlay -o "lowerdir=$lower:/etc" /etc 2>/dev/null; then
    exec unshare --mount $map sh -c \
      'mount -t overlay overlay -o "lowerdir=$1:/etc" /etc && shift && exec "$@"' sh "$lower" "$0" --in-namespace "$@"
  fi
fi
exec "$here/lib/loader" --library-path "$here/lib" "$here/libexec/nginx" -e stderr "$@"
SH
mkdir /out/etc
mv /out/etc-nginx /out/etc/nginx
