#!/bin/sh
# Makes a tool's tree where nothing may be mounted: its packages and what they depend on are unpacked, not installed,
# and the recipe runs in that. Good enough for programs that are copied out of it, not for an image.
# Usage: unpack-root.sh SCRATCH RECIPE_DIRECTORY RECIPE SUITE MIRROR PACKAGE...
# Leaves the tree's /out as SCRATCH/root/out. Takes root, for chroot.
set -eu
scratch=$1 recipes=$2 recipe=$3 suite=$4 mirror=$5
shift 5
root=$scratch/root apt=$scratch/apt
mkdir -p "$root/vigie" "$apt/lists/partial" "$apt/archives/partial"
: >"$apt/status"
printf 'deb %s %s main\n' "$mirror" "$suite" >"$apt/sources.list"
# Lists, archives and records of its own: the machine's are of another suite.
cat >"$apt/apt.conf" <<CONF
Dir::State "$apt";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
Acquire::Languages "none";
CONF
export APT_CONFIG="$apt/apt.conf" LC_ALL=C DEBIAN_FRONTEND=noninteractive
apt-get update --error-on=any >&2
# What the recipe itself runs; ldd is a script for bash.
apt-get install --yes --download-only base-files bash coreutils dash grep libc-bin sed "$@" >&2
# What makes /bin, /lib and /sbin links comes first.
for archive in "$apt"/archives/base-files_*.deb "$apt"/archives/*.deb; do dpkg-deb --extract "$archive" "$root"; done
for name in bin lib lib64 sbin; do
  [ -e "$root/$name" ] || [ ! -d "$root/usr/$name" ] || ln -s "usr/$name" "$root/$name"
done
ln -sf dash "$root/usr/bin/sh"
cp -R "$recipes/." "$root/vigie/"
PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" sh -eu "/vigie/$recipe.sh" >&2
