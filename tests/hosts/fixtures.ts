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

/**
 * What stands in for systemd: it keeps what is enabled and active, and a log of what it was asked. What a unit's file in
 * /run/demo.units says, it is: "static" and the like, or another name of a unit by "alias <name>".
 */
export const SYSTEMCTL = `
mkdir -p /run/systemd/system /run/demo.enabled /run/demo.active /run/demo.units
cat >/usr/local/sbin/systemctl <<'SH'
#!/bin/sh
case $1 in is-active | is-enabled | show) ;; *) echo "$*" >>/run/demo.systemctl ;; esac
for last; do :; done
unit= of=
[ ! -e "/run/demo.units/$last" ] || read -r unit of <"/run/demo.units/$last"
case $1 in
  is-active) [ -e "/run/demo.active/\${of:-$last}" ] ;;
  is-enabled)
    case $unit in
      '' | linked | enabled-runtime) if [ -e "/run/demo.enabled/$last" ]; then echo enabled; else echo "\${unit:-disabled}"; [ "$unit" = enabled-runtime ]; fi ;;
      *) echo "$unit" ;;
    esac
    ;;
  show) echo "\${of:-$last}" ;;
  enable | disable)
    case $unit in
      alias) echo "Failed to $1 unit: refusing to operate on alias name or linked unit file: $last" >&2; exit 1 ;;
      static | indirect | generated) echo "The unit files have no installation config" >&2; exit 0 ;;
    esac
    if [ "$1" = enable ]; then : >"/run/demo.enabled/$last"; else rm -f "/run/demo.enabled/$last"; fi
    ;;
  start | restart) : >"/run/demo.active/$last" ;;
  stop) rm -f "/run/demo.active/$last" ;;
esac
SH
chmod 755 /usr/local/sbin/systemctl
`;

/**
 * What stands in for sshd: the first value of a setting counts, \`Include\` reads other files in its place, and its own
 * words are in small letters (with /etc/ssh/newer as OpenSSH 10.6 writes some) and in its own forms. Without /run/sshd it says what the real one says.
 */
export const SSHD = `
mkdir -p /etc/ssh/sshd_config.d
cat >/usr/sbin/sshd <<'SH'
#!/bin/sh
config=/etc/ssh/sshd_config doing=
while [ $# -gt 0 ]; do
  case $1 in -f) config=$2; shift ;; -C) shift ;; *) doing=$1 ;; esac
  shift
done
[ -d /run/sshd ] || { echo "Missing privilege separation directory: /run/sshd"; exit 255; }
lines() {
  while read -r name value; do
    case $name in
      '' | '#'*) ;;
      Match) return ;;
      Include) for each in $value; do [ ! -e "$each" ] || lines <"$each"; done ;;
      Nonsense) echo "$config: Bad configuration option: Nonsense" >&2; kill $$ ;;
      *) echo "$(echo "$name" | tr A-Z a-z) $value" | sed 's/prohibit-password/without-password/' ;;
    esac
  done
}
words=$(lines <"$config") || exit 255
[ "$doing" = -T ] || exit 0
printf '%s\n' "$words" 'passwordauthentication yes' 'permitrootlogin without-password' 'strictmodes yes' 'authorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2' | awk '!seen[$1]++' |
  if [ -e /etc/ssh/newer ]; then sed -e 's/^passwordauth/PasswordAuth/' -e 's/^permitroot/PermitRoot/' -e 's/^maxauth/MaxAuth/'; else cat; fi
SH
chmod 755 /usr/sbin/sshd
`;

/** A Debian repository in /repository with packages of these names, and nothing else to install from; `a=b` provides b. */
export function makeRepository(names: readonly string[]): string {
  return `
mkdir -p /repository && cd /repository
for each in ${names.join(" ")}; do
  name=\${each%%=*} provides=
  [ "$name" = "$each" ] || provides="Provides: demo-other, \${each#*=} (= 1), demo-last\\n"
  mkdir -p "$name/DEBIAN"
  printf 'Package: %s\\nVersion: 1\\nArchitecture: all\\nMaintainer: test\\nDescription: test\\n'"$provides" "$name" >"$name/DEBIAN/control"
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
