# nginx for the machine itself: the binary, its libraries and its configuration's includes.
. /vigie/tool-root.sh
install_tool nginx /usr/sbin/nginx
mkdir -p /out/etc /out/var/lib/nginx /out/var/log/nginx /out/var-new
cp -R /etc/nginx /out/etc/nginx
rm -rf /out/etc/nginx/sites-* /out/etc/nginx/modules-* /out/etc/nginx/snippets
cat >/out/bin/nginx <<'SH'
#!/bin/sh
# Runs nginx in a mount namespace of its own, where the machine allows that: there /etc/nginx, /var/lib/nginx and
# /var/log/nginx of its own package lie over the machine's. So `include /etc/nginx/mime.types` means the same here as
# in the container.
here=$(dirname "$(dirname "$(readlink -f "$0")")")
# Somebody who isn't root gets the mounts in a user namespace, whose overlays keep their marks in user attributes.
if [ "$(id -u)" = 0 ]; then map='' marks=''; else map=--map-root-user marks=,userxattr; fi
# /var may hold mounts that a user namespace can't look behind: then a configuration has to name its own directories.
enter="mount -t overlay overlay -o 'lowerdir=$here/etc:/etc' /etc && {
  mount -t tmpfs tmpfs '$here/var-new' && mkdir '$here/var-new/upper' '$here/var-new/work' &&
    mount -t overlay overlay 2>/dev/null /var \
      -o 'lowerdir=$here/var:/var,upperdir=$here/var-new/upper,workdir=$here/var-new/work$marks' || true; }"
if [ "${1-}" = --in-namespace ]; then
  shift
  inside=yes
elif unshare --mount $map sh -c "$enter" 2>/dev/null; then
  exec unshare --mount $map sh -c "$enter && exec \"\$@\"" sh "$0" --in-namespace "$@"
fi
if [ "${inside-}" != yes ]; then
  # Nothing may be mounted here, as in a container without rights: a copy of the configuration names our own /etc/nginx.
  said=
  for word; do
    if [ "$said" = -c ] && [ -f "$word" ] && [ ! -e /etc/nginx/mime.types ]; then
      sed "s#/etc/nginx/#$here/etc/nginx/#g" "$word" >"$word.here"
      word=$word.here
    fi
    said=$word
    set -- "$@" "$word"
    shift
  done
fi
exec "$here/lib/loader" --library-path "$here/lib" "$here/libexec/nginx" -e stderr "$@"
SH
