#!/bin/sh
# Installs packages over the base tree, runs a recipe in it, and writes the resulting tree to standard output as tar.
# Usage: build-root.sh BASE SCRATCH RECIPE_DIRECTORY RECIPE ROOT [PACKAGE...]
# ROOT is the directory of the tree that becomes the image. Runs in a mount namespace of its own.
set -eu
base=$1 scratch=$2 recipes=$3 recipe=$4 out=$5
shift 5
root=$scratch/root
mkdir -p "$scratch/upper" "$scratch/work" "$root"
if ! mount -t overlay overlay -o "lowerdir=$base,upperdir=$scratch/upper,workdir=$scratch/work" "$root" 2>/dev/null; then
  cp -a --reflink=auto "$base/." "$root/"
fi
mount -t proc proc "$root/proc"
mkdir -p "$root/vigie"
cp -R "$recipes/." "$root/vigie/"

export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ -e "$root/vigie/$recipe-before.sh" ]; then
  chroot "$root" sh -eu "/vigie/$recipe-before.sh" >&2
fi
if [ $# -gt 0 ]; then
  if ! chroot "$root" apt-get install --yes --no-download -o Dpkg::Options::=--force-unsafe-io "$@" >&2; then
    # apt doesn't say what is missing.
    chroot "$root" apt-get install --yes --print-uris -qq "$@" | sed -n "s/^'[^']*' \([^ ]*\) .*/E: Not in the archive: \1/p" >&2
    exit 100
  fi
fi
if [ "$out" = / ]; then
  rm -rf "$root"/var/log/* "$root"/var/cache/* "$root"/var/lib/apt/lists/* "$root"/usr/share/doc/* \
    "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/*
  mkdir -p "$root/var/cache/apt/archives/partial" "$root/var/lib/apt/lists/partial"
fi
chroot "$root" sh -eu "/vigie/$recipe.sh" >&2
umount "$root/proc"

# What belongs to the making and not to the image.
rm -rf "$root/vigie" "$root/etc/apt/apt.conf.d/vigie-making" "$root/etc/machine-id" "$root/etc/hostname" \
  "$root/etc/resolv.conf" "$root"/tmp/* "$root/root/.cache"
if [ "$out" = / ]; then out=; fi
tar -C "$root$out" --numeric-owner -cf - .
