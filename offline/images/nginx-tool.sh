# nginx for the machine itself: the binary, its libraries and its configuration's includes.
. /vigie/tool-root.sh
install_tool nginx /usr/sbin/nginx
mkdir -p /out/etc /out/var-lib/nginx /out/scratch
cp -R /etc/nginx /out/etc/nginx
rm -rf /out/etc/nginx/sites-* /out/etc/nginx/modules-* /out/etc/nginx/snippets
cat >/out/bin/nginx <<'SH'
#!/bin/sh
# Runs nginx in a mount namespace of its own, where the machine allows that: there /etc/nginx and /var/lib/nginx of its
# own package lie over the machine's. So `include /etc/nginx/mime.types` means the same here as in the container.
here=$(dirname "$(dirname "$(readlink -f "$0")")")
enter='mount -t overlay overlay -o "lowerdir=$1/etc:/etc" /etc &&
  mount -t tmpfs tmpfs "$1/scratch" && mkdir "$1/scratch/upper" "$1/scratch/work" &&
  mount -t overlay overlay \
    -o "lowerdir=$1/var-lib:/var/lib,upperdir=$1/scratch/upper,workdir=$1/scratch/work" /var/lib'
[ "$(id -u)" = 0 ] && map= || map=--map-root-user
if [ "${1-}" = --in-namespace ]; then
  shift
elif unshare --mount $map sh -c "$enter" sh "$here" 2>/dev/null; then
  exec unshare --mount $map sh -c "$enter && shift && exec \"\$@\"" sh "$here" "$0" --in-namespace "$@"
fi
exec "$here/lib/loader" --library-path "$here/lib" "$here/libexec/nginx" -e stderr "$@"
SH
