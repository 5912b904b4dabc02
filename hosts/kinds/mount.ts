import { pathProblems, patternProblems } from "../checks.ts";
import { FSTAB_SHELL } from "../fstab.ts";
import { defineTask, type Task, type TaskOptions } from "../task.ts";

/** Arguments of {@link mount}. */
export interface MountArgs extends TaskOptions {
  /** What is mounted: `/dev/disk/by-id/…`, `/dev/nvme1n1`, `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…`. */
  readonly device: string;
  /** Where. The directory is made. Only root may be able to change what is above it. */
  readonly path: string;
  /** Kind of file system. @default "ext4" */
  readonly filesystem?: string;
  /**
   * Options of the mount. Where it is mounted already with others, it is remounted with these; what the kernel refuses to
   * change that way makes the task fail.
   *
   * @default "defaults,nofail"
   */
  readonly options?: string;
  /**
   * Make the file system where the device is empty: no signature of anything on it, no partitions, and nothing but
   * zeros in its first MiB. A device that holds anything else is refused.
   *
   * @default false
   */
  readonly format?: boolean;
}

const SHELL = `
device_mount() {
  case $1 in
    UUID=* | LABEL=* | PARTUUID=* | PARTLABEL=*) device=$(findfs "$1" 2>/dev/null) || device= ;;
    *) device=$1 ;;
  esac
  [ -z "$device" ] || device=$(readlink -f "$device")
}
# What is mounted at a path, the last of several, without the part of a btrfs that it is.
source_mount() { findmnt -nrvo SOURCE --mountpoint "$1" | tail -n 1; }
# path, options: prints what of them is otherwise in the kernel's own words
live_mount() {
  findmnt -nro OPTIONS --mountpoint "$1" | tail -n 1 | awk -v wants="$2" '
    {
      split($0, part, ",")
      for (i in part) has[part[i]] = 1
      n = split(wants, part, ",")
      for (i = 1; i <= n; i++) { want[part[i]] = 1; if (part[i] ~ /^(user|users|owner|group)$/) theirs = 1 }
      split("ro noexec nosuid nodev noatime nodiratime sync", part, " ")
      for (i in part) {
        if (part[i] in want && !(part[i] in has)) print "not " part[i]
        if (part[i] in has && !(part[i] in want) && !theirs) print part[i] ", which is not declared"
      }
    }'
}
# path, options: the values that the kernel has for those that are declared with one, in its own form
values_mount() {
  findmnt -nro OPTIONS --mountpoint "$1" | tail -n 1 | awk -v wants="$2" '
    {
      n = split(wants, part, ",")
      for (i = 1; i <= n; i++) if (part[i] ~ /=/) { sub(/=.*/, "", part[i]); want[part[i]] = 1 }
      n = split($0, part, ",")
      for (i = 1; i <= n; i++) { name = part[i]; sub(/=.*/, "", name); if (name in want) print part[i] }
    }'
}
noted_mount() { noted=$state/mounted$(printf %s "$1" | tr / _); }
# path, options: prints what of them is not in force, or is otherwise than when they were put in force
options_mount() {
  live_mount "$1" "$2"
  noted_mount "$1"
  [ -r "$noted" ] && [ "$(head -n 1 "$noted")" = "$2" ] || return 0
  values=$(values_mount "$1" "$2")
  [ "$(tail -n +2 "$noted")" = "$values" ] || printf '%s\\n' "$values"
}
# What a device is known by, so that a formatting that was cut off is gone on with on the same one only.
identity_mount() { lsblk -ndbo SIZE,SERIAL,WWN,MAJ:MIN "$device" 2>/dev/null; }
marker_mount() { marker=$state/formatting$(printf %s "$1" | tr / _); }
empty_mount() {
  marker_mount "$1"
  [ ! -r "$marker" ] || [ "$(cat "$marker")" != "$(identity_mount)" ] || return 0
  # blkid says 2 for a device without any signature; an error is none of that.
  blkid --probe "$device" >/dev/null 2>&1 && return 1
  [ $? -eq 2 ] || return 1
  [ "$(lsblk -no NAME "$device" 2>/dev/null | wc -l)" -eq 1 ] && cmp -s -n 1048576 "$device" /dev/zero
}
# device, path, file system, options, format or nothing
ready_mount() {
  case $3 in tmpfs | nfs | nfs4 | none | overlay) return 0 ;; esac
  device_mount "$1"
  [ -b "$device" ] || { echo "The host has no device $1 for $2: attach it, or correct the name (see lsblk there)."; return 1; }
  kind=$(blkid --probe -o value -s TYPE "$device") || kind=
  if [ -n "$kind" ] && [ "$kind" != "$3" ]; then
    marker_mount "$1"
    [ -r "$marker" ] || { echo "$1 holds $kind, and $3 is declared for $2. It is not formatted: declare filesystem $kind, or empty the disk yourself."; return 1; }
  elif [ -z "$kind" ]; then
    [ "$5" = format ] || { echo "$1 holds no file system: declare format to have one made on an empty disk."; return 1; }
    empty_mount "$1" || { echo "$1 holds data that is no $3 file system. It is not formatted: if you don't need it, empty the disk yourself (wipefs, blkdiscard)."; return 1; }
  fi
}
check_mount() {
  differs=0
  device_mount "$1"
  source=$(source_mount "$2")
  if [ -z "$source" ]; then
    echo "not mounted"
    differs=1
  elif [ -b "$device" ] && [ "$(readlink -f "$source")" != "$device" ]; then
    echo "$source is mounted on $2 already: unmount it yourself"
    return 2
  else
    options_mount "$2" "$4" >"$work/options"
    [ ! -s "$work/options" ] || { echo "mounted with other options: $(tr '\\n' ' ' <"$work/options")"; differs=1; }
  fi
  fstab_has 2 "$2" "$1 $2 $3 $4 0 0" || { echo "not in /etc/fstab"; differs=1; }
  return $differs
}
apply_mount() {
  device_mount "$1"
  if [ -b "$device" ] && [ -z "$(source_mount "$2")" ]; then
    marker_mount "$1"
    if [ "$5" = format ] && { [ -r "$marker" ] || ! blkid --probe "$device" >/dev/null 2>&1; }; then
      empty_mount "$1" || { echo "$1 holds data: it is not formatted."; return 1; }
      identity_mount >"$marker"
      case $3 in xfs | btrfs) run "mkfs.$3" -q -f "$device" ;; *) run "mkfs.$3" -q -F "$device" ;; esac
      rm -f "$marker"
    fi
  fi
  # At each start it is mounted by its path, wherever that leads to then.
  (enter "\${2%/*}/" make)
  only_roots "\${2%/*}/" || { echo "Others than root may change \${2%/*}, so they could have the disk mounted anywhere: mount it elsewhere."; return 1; }
  [ -d "$2" ] || run mkdir "$2"
  before=$(fstab_lines 2 "$2" | cut -d ' ' -f 4)
  # Where nothing was written down, only values can be others than those that are declared.
  case \${before:-$4} in "$4") again= ;; *) again=1 ;; esac
  case \${before:-none}$4 in none*=*) again=1 ;; esac
  fstab_put 2 "$2" "$1 $2 $3 $4 0 0"
  [ "$systemd" != systemd ] || run systemctl daemon-reload
  if [ -z "$(source_mount "$2")" ]; then
    run mount "$2"
  elif [ -n "$again$(options_mount "$2" "$4")" ]; then
    # What is not declared is given up as well; what is declared comes last, and wins.
    run mount -o "remount,rw,exec,suid,dev,atime,diratime,async,$4" "$2" || { echo "It will have these options at the next start. To have them now, end what uses $2, unmount it, and run this again."; return 1; }
  fi
  noted_mount "$2"
  { printf '%s\\n' "$4"; values_mount "$2" "$4"; } >"$noted"
}
`;

/**
 * A file system of a disk at a path, now and after a restart. A disk that holds data is never formatted.
 *
 * @example
 * ```ts
 * mount({ device: "/dev/nvme1n1", path: "/var/lib/docker", format: true })
 * ```
 */
export function mount(args: MountArgs): Task {
  const { device, path, filesystem = "ext4", options = "defaults,nofail", format = false } = args;
  const without = "without spaces";
  return defineTask(
    {
      kind: "mount",
      title: `${device} on ${path}`,
      shell: [FSTAB_SHELL, SHELL],
      words: [device, path, filesystem, options, format ? "format" : ""],
      claims: [`mount ${path}`, `device ${device}`],
      problems: [
        ...patternProblems("device", device, /^[^\s\\]+$/, `a device ${without}, such as /dev/nvme1n1 or UUID=…`),
        ...pathProblems("path", path),
        ...patternProblems("path", path, /^[^\s\\]*$/, `a path ${without}`),
        ...patternProblems("filesystem", filesystem, /^[a-z0-9]+$/, "the kind of a file system, such as ext4 or xfs"),
        ...patternProblems("options", options, /^[^\s\\]+$/, `options ${without}, with commas`),
      ],
    },
    args,
  );
}
