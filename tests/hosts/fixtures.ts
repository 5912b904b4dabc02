/** Things that a test host has before a setup: shell that makes them. */

/** A service with a script in /etc/init.d. */
export const DEMO_INIT = `
mkdir -p /etc/init.d
cat >/etc/init.d/demo <<'SH'
#!/bin/sh
case $1 in
  start) setsid sleep 3000 >/dev/null 2>&1 & echo $! >/run/demo.pid ;;
  stop) kill "$(cat /run/demo.pid)"; rm -f /run/demo.pid ;;
  restart | reload) "$0" stop 2>/dev/null; "$0" start ;;
  status) [ -s /run/demo.pid ] && kill -0 "$(cat /run/demo.pid)" ;;
esac
SH
chmod 755 /etc/init.d/demo
`;

/** What stands in for systemd: it keeps what is enabled and active, and a log of what it was asked. */
export const SYSTEMCTL = `
mkdir -p /run/systemd/system /run/demo.enabled /run/demo.active
cat >/usr/local/sbin/systemctl <<'SH'
#!/bin/sh
[ "$1" = is-active ] || [ "$1" = is-enabled ] || echo "$*" >>/run/demo.systemctl
for last; do :; done
case $1 in
  is-active) [ -e "/run/demo.active/$last" ] ;;
  is-enabled) if [ -e "/run/demo.enabled/$last" ]; then echo enabled; else echo disabled; exit 1; fi ;;
  enable) : >"/run/demo.enabled/$last" ;;
  disable) rm -f "/run/demo.enabled/$last" ;;
  start | restart) : >"/run/demo.active/$last" ;;
  stop) rm -f "/run/demo.active/$last" ;;
esac
SH
chmod 755 /usr/local/sbin/systemctl
`;

/** A Debian repository in /repository with packages of these names, and nothing else to install from. */
export function makeRepository(names: readonly string[]): string {
  return `
mkdir -p /repository && cd /repository
for name in ${names.join(" ")}; do
  mkdir -p "$name/DEBIAN"
  printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: test\\nDescription: test\\n' "$name" >"$name/DEBIAN/control"
  dpkg-deb --build "$name" "$name.deb" >/dev/null
  cat "$name/DEBIAN/control"
  printf 'Filename: ./%s.deb\\nSize: %s\\nSHA256: %s\\n\\n' "$name" "$(stat -c %s "$name.deb")" "$(sha256sum "$name.deb" | cut -d' ' -f1)"
done >Packages
rm -rf /etc/apt/sources.list /etc/apt/sources.list.d /var/lib/apt/lists
mkdir -p /etc/apt/sources.list.d
echo 'deb [trusted=yes] file:/repository ./' >/etc/apt/sources.list
apt-get update -q
`;
}

/** A `pgrep` that knows one process: Debian's own is not in every root. */
export const PGREP = `
cat >/usr/local/bin/pgrep <<'SH'
#!/bin/sh
for process in /proc/[0-9]*; do
  [ "$(tr '\\000' ' ' <"$process/cmdline" 2>/dev/null)" != 'sleep 4242 ' ] || exit 0
done
exit 1
SH
chmod 755 /usr/local/bin/pgrep
`;
