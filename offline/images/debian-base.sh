#!/bin/sh
# Makes a Debian tree and fetches every package that the recipes install, so that they need no network.
# Usage: debian-base.sh DIRECTORY SUITE MIRROR FILE
# FILE has a line for each call of apt: "needed" or "other", "install" or "unpack", packages.
# Runs in a mount namespace of its own (unshare --mount): nothing stays mounted when it is stopped.
set -eu
root=$1 suite=$2 mirror=$3 sets=$4

# A suite newer than the machine's debootstrap has no script of its own; all since 2007 use the one named sid.
debootstrap --variant=minbase "$suite" "$root" "$mirror" /usr/share/debootstrap/scripts/sid

printf 'path-exclude=%s\n' '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/info/*' '/usr/share/locale/*' \
  '/usr/share/lintian/*' >"$root/etc/dpkg/dpkg.cfg.d/vigie"
# Services are never started while packages are installed; Debian's own images have this file as well.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

# For the making only, and with the machine's own way to the mirror: its proxy, its certificates, and how old a
# (frozen) mirror's lists may be.
printf 'APT::Install-Recommends "false";\nAPT::Sandbox::User "root";\nDpkg::Use-Pty "0";\nAcquire::Languages "none";\n' \
  >"$root/etc/apt/apt.conf.d/vigie-making"
apt-config dump Acquire::http::Proxy Acquire::https::Proxy Acquire::Retries Acquire::Check-Valid-Until \
  Acquire::Check-Date Acquire::Max-ValidTime >>"$root/etc/apt/apt.conf.d/vigie-making"
if [ -n "${VIGIE_CA_BUNDLE:-}" ]; then
  mkdir -p "$root/vigie"
  cp "$VIGIE_CA_BUNDLE" "$root/vigie/machine-ca.pem"
  printf 'Acquire::https::CAInfo "/vigie/machine-ca.pem";\n' >>"$root/etc/apt/apt.conf.d/vigie-making"
fi

mount -t proc proc "$root/proc"
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
# Lists that are not all there would make apt choose from half of the packages.
chroot "$root" apt-get update --error-on=any

# Each recipe's packages by themselves, on the base: that is what apt resolves when it installs them.
while read -r whose how packages; do
  # shellcheck disable=SC2086 # they are names
  set -- $packages
  if [ "$how" = install ]; then
    chroot "$root" apt-get install --yes --download-only "$@" </dev/null || code=$?
  else
    # shellcheck disable=SC2016 # the inner shell's
    chroot "$root" sh -c 'cd /var/cache/apt/archives && apt-get download "$@"' sh "$@" </dev/null || code=$?
  fi
  [ "${code:-0}" -eq 0 ] || [ "$whose" = other ] || exit "$code"
  code=0
done <"$sets"
