/** Files of a volume: read and written by a container that is thrown away. */

import type { VolumeBackup } from "../../config/backup.ts";
import { NOTHING_BESIDE } from "./beside.ts";
import type { BackupKind } from "./kind.ts";
import { ask, feed } from "./stream.ts";

// In the volume itself, so that files change places by a rename. Nobody but root looks in.
const ASIDE = ".vigie-restore";

const HARDENED = ["--rm", "--network=none", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** A volume. */
export const volume: BackupKind<VolumeBackup> = {
  async version(engine, source) {
    // Docker would make one that is not there, an empty one.
    await ask(engine, ["volume", "inspect", source.volume], `volume ${source.name}`);
    return "1";
  },

  parts: () => ["files"],

  look: async () => ({ ...NOTHING_BESIDE, present: [], refused: [] }),

  dump: (source) => [
    ...["run", ...HARDENED, "--cap-add=DAC_READ_SEARCH", "--user=0:0", `--volume=${source.volume}:/data:ro`],
    ...["--entrypoint=tar", source.image, "-C", "/data", "-cf", "-", "."],
  ],

  async stage(engine, source, part) {
    const what = `volume ${source.name}`;
    const capabilities = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"].map((name) => `--cap-add=${name}`);
    const shell = (script: string) => [
      ...["run", "--interactive", ...HARDENED, ...capabilities, "--user=0:0", `--volume=${source.volume}:/data`],
      ...["--entrypoint=sh", source.image, "-euc", `cd /data; ${script}`],
    ];
    const run = (script: string) => ask(engine, shell(script), what).then(() => undefined);
    // What `find` runs may fail without its saying so: nothing may be left where it was.
    const move = (from: string, to: string) => {
      const all = `find ${from} -mindepth 1 -maxdepth 1 ! -name ${ASIDE}`;
      return `{ ${all} -exec mv {} ${to}/ ';'; [ -z "$(${all})" ]; }`;
    };
    const [fresh, before] = [`${ASIDE}/new`, `${ASIDE}/before`];
    const left = `the files in ${ASIDE}/before were put aside by a restore that was cut off: put them back or remove them first`;
    const nothingAside = `[ -z "$(ls -A ${before} 2>/dev/null)" ] || { echo "${left}" >&2; exit 1; }`;
    let swapped = false;
    // What is aside is the old data, and the only one unless the new one is in its place.
    const clear = () => run(`${swapped ? "" : `${nothingAside}; `}rm -rf ${ASIDE}`);
    await run(nothingAside);
    try {
      const script = `rm -rf ${ASIDE}; mkdir -m 700 ${ASIDE}; mkdir ${fresh} ${before}; tar -C ${fresh} -xpf -`;
      await feed(engine, shell(script), await part.read(), what);
    } catch (error) {
      await clear();
      throw error;
    }
    const [oldAside, oldBack] = [move(".", before), move(before, ".")];
    const [newIn, newOut] = [move(fresh, "."), move(".", fresh)];
    return {
      // File by file: where one does not go, those that went come back.
      swap: async () => {
        await run(`${oldAside} || { ${oldBack}; exit 1; }; ${newIn} || { ${newOut}; ${oldBack}; exit 1; }`);
        swapped = true;
      },
      undo: async () => {
        swapped = false;
        await run(`${newOut}; ${oldBack}`);
      },
      clear,
    };
  },

  async users(engine, source) {
    const running = ["ps", "--format={{.Names}}", `--filter=volume=${source.volume}`];
    return (await ask(engine, running, `who uses volume ${source.name}`)).split("\n").filter((name) => name !== "");
  },
};
