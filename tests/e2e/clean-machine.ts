/**
 * A Debian on which nobody has done anything: the tree that `offline/` keeps, with a layer in memory over it that goes
 * with it. It has a clone and what a person brings along, Node and npm; of this machine it has the caches, under a layer
 * of their own, so that nothing is fetched twice and nothing here is changed. It has no Docker.
 */

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { cacheDirectory } from "../../offline/cache.ts";
import { ProgramCopy } from "./copy.ts";
import { type Finished, run } from "./shell.ts";

/** Of this machine's environment, what says where registries and their certificates are. */
const WAYS =
  /^(https?_proxy|no_proxy|npm_config_(registry|cafile|ca)|node_(extra_ca_certs|use_system_ca)|ssl_cert_(file|dir)|pip_\w+)$/i;

/** What makes it: a root of its own, in which the script is run. */
const START = `
set -eu
lower=$1 clone=$2 cache=$3 node=$4 npm=$5 files=$6 script=$7
mount --make-rprivate /
base=$(mktemp -d)
mount -t tmpfs -o size=6g clean "$base"
layer() {
  mkdir -p "$base/$1/upper" "$base/$1/work" "$3"
  mount -t overlay clean -o "lowerdir=$2,upperdir=$base/$1/upper,workdir=$base/$1/work" "$3"
}
mkdir "$base/root"
layer tree "$lower" "$base/root"
root=$base/root
layer cache "$cache" "$root/root/.cache/vigie"
[ ! -d "$HOME/.npm" ] || layer npm "$HOME/.npm" "$root/root/.npm"
layer clone "$clone" "$root/root/vigie"
mkdir -p "$root/usr/local/lib/node_modules/npm"
: >"$root/usr/local/bin/node"
mount --bind "$node" "$root/usr/local/bin/node"
mount --bind "$npm" "$root/usr/local/lib/node_modules/npm"
for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$root/usr/local/bin/$name"; done
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
while read -r file; do
  [ -e "$file" ] || continue
  mkdir -p "$root$(dirname "$file")"
  cp -rL "$file" "$root$file"
done <"$files"
cp "$script" "$root/tmp/script"
exec chroot "$root" /usr/bin/env -C /root/vigie bash /tmp/script
`;

/** Debian as `offline/` keeps it; where images can be had there is none, and the machine's own tree is under the layer. */
function treeDirectory(): string {
  const tree = path.join(cacheDirectory(), "parts", "debian", "root");
  return existsSync(path.join(tree, "etc", "os-release")) ? tree : "/";
}

/** Runs a script for bash in the clone of a clean machine, as its root, and takes the machine away. It takes root here. */
export async function onCleanMachine(script: string): Promise<Finished> {
  const copy = new ProgramCopy();
  const directory = mkdtempSync(path.join(os.tmpdir(), "vigie-clean-"));
  try {
    // A clone has no modules yet.
    rmSync(path.join(copy.directory, "node_modules"));
    const ways = Object.entries(process.env).filter(([name]) => WAYS.test(name));
    const files = [
      ...["/etc/resolv.conf", "/etc/hosts", path.join(os.homedir(), ".npmrc")],
      ...ways.map(([, value = ""]) => value).filter((value) => value.startsWith("/")),
    ];
    const given = { files: files.map((file) => `${file}\n`).join(""), script };
    for (const [name, text] of Object.entries(given)) writeFileSync(path.join(directory, name), text);
    const npm = realpathSync(execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim());
    const places = [
      treeDirectory(),
      copy.directory,
      cacheDirectory(),
      process.execPath,
      path.dirname(path.dirname(npm)),
    ];
    const words = [...places, path.join(directory, "files"), path.join(directory, "script")];
    const bare = { HOME: "/root", LANG: "C.UTF-8", PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };
    return await run(
      "unshare",
      ["--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "sh", "-c", START, "sh", ...words],
      { env: { ...Object.fromEntries(ways), ...bare } },
    );
  } finally {
    rmSync(copy.directory, { recursive: true, force: true });
    rmSync(directory, { recursive: true, force: true });
  }
}
