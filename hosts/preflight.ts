/**
 * The first lines. The program's arguments: the mode (`apply` or `check`), the name of the phase, least memory and disk
 * in MiB, and the words of `SSH_CONNECTION`.
 */
export const START = `
mode=$1 phase=$2 connection=$5 changed=0 refused='' notified=''
umask 022
`;

/** The shell that finds the words of `SSH_CONNECTION` where `connection` is empty. */
export const FIND_CONNECTION = `
# sudo does not keep it, and whoever called us may have used sudo before: it is in the environment of a parent then.
pid=$PPID
while [ -z "$connection" ] && [ "\${pid:-0}" -gt 1 ] && [ -r "/proc/$pid/environ" ]; do
  connection=$(tr '\\000' '\\n' <"/proc/$pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
  pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status")
done
`;

/** The shell that looks at the host before anything is changed: what it is, and all that stands in the way, at once. */
export const PREFLIGHT = `
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C DEBIAN_FRONTEND=noninteractive
ID=unknown VERSION_ID='' PRETTY_NAME=''
[ ! -r /etc/os-release ] || . /etc/os-release
release=\${VERSION_ID%%.*}
packages=none
case $ID in
  debian) [ "\${release:-99}" -ge 12 ] && packages=apt ;;
  ubuntu) [ "\${release:-0}" -ge 22 ] && packages=apt ;;
  amzn) [ "\${release:-0}" -ge 2023 ] && packages=dnf ;;
esac
[ "$packages" != none ] || refuse "This host runs \${PRETTY_NAME:-$ID}. Supported are Debian 12 or newer, Ubuntu 22.04 or newer, and Amazon Linux 2023: give the host another image."
systemd=no-systemd
[ ! -d /run/systemd/system ] || systemd=systemd
surface=machine
if [ -e /.dockerenv ] || [ -e /run/.containerenv ] || [ -e /run/systemd/container ] || grep -qz '^container=' /proc/1/environ 2>/dev/null; then
  surface=container
fi
memory=0
while read -r key value _; do
  [ "$key" != MemTotal: ] || { memory=$((value / 1024)); break; }
done 2>/dev/null </proc/meminfo
[ "$memory" -gt 0 ] || refuse "The host has no /proc: mount it, the setup reads memory and times from there."
disk=$(($(stat -f -c '%a * %S' /) / 1048576))
[ "$memory" -ge "$3" ] || refuse "The host has $memory MiB of memory, and the declaration asks for $3: take a larger machine, or lower needs.memory."
[ "$disk" -ge "$4" ] || refuse "The host has $disk MiB free on /, and the declaration asks for $4: make room there, or lower needs.disk."
event facts "$ID" "\${VERSION_ID:--}" "$packages" "$systemd" "$surface" "memory=$memory" "disk=$disk" "clock=$(date +%s)"
for tool in flock stat cmp diff sed tr head tail grep; do
  command -v "$tool" >/dev/null || refuse "The host has no $tool: install coreutils, diffutils, grep, sed and util-linux."
done
[ -z "$refused" ] || exit 65

if [ ! -w /run ] || [ ! -w /var/lib ]; then
  refuse "/run and /var/lib have to be writable on the host: remount them."
  exit 65
fi
state=/var/lib/vigie/setup/$phase work=/run/vigie-setup
exec 9>"$work.lock"
# One whose connection was lost goes on to the end of its task, and Docker's packages take minutes on a small machine.
if ! flock -n 9; then
  echo "Another setup runs on this host, or the rest of one that was cut off: waiting for its end, at most 5 minutes." >&2
  flock -w 300 9 || { refuse "Another setup has been running on this host for 5 minutes: wait for its end, then run this again."; exit 65; }
fi
# What a run that was killed left behind, and the contents of its files with it.
rm -rf "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -m 700 "$work"
umask 077
end=
while read -r name size; do
  [ "$name" != end ] || { end=1; break; }
  head -c "$size" >"$work/content.$name"
done
[ -n "$end" ] || { refuse "The connection was cut before the contents of the files had come: run this again."; exit 65; }
[ "$mode" = check ] || [ -d "$state/pending" ] || mkdir -p "$state/pending"
umask 022
generation=0
[ ! -r "$state/generation" ] || read -r generation <"$state/generation"
`;

/** The end of every program: one more generation where something was changed. */
export const CONCLUSION = `
if [ "$mode" = apply ] && [ "$changed" -gt 0 ]; then
  generation=$((generation + 1))
  echo "$generation" >"$state/generation"
fi
event end "$changed" "$generation"
`;
