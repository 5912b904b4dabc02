/** Files of a volume: read and written by a container that is thrown away. */

import type { VolumeBackup } from "../../config/backup.ts";
import type { Job } from "../containers/job.ts";
import { NOTHING_BESIDE } from "./beside.ts";
import type { BackupKind } from "./kind.ts";
import { ask, feed, told } from "./stream.ts";

// In the volume itself, so that files change places by a rename. Nobody but root looks in.
const ASIDE = ".vigie-restore";

/** A volume. */
export const volume: BackupKind<VolumeBackup> = {
  async version(engine, source) {
    // Docker would make one that is not there, an empty one.
    await told(`volume ${source.name}`, engine.volumes.find(source.volume));
    return "1";
  },

  parts: () => ["files"],

  look: async () => ({ ...NOTHING_BESIDE, present: [], refused: [] }),

  dump: ({ volume: from, image }) => ({
    throwaway: {
      ...{ image, program: "tar", command: ["-C", "/data", "-cf", "-", "."], readOnly: true, user: "0:0" },
      ...{ capabilities: ["DAC_READ_SEARCH"], mounts: [{ from, at: "/data", readOnly: true }] },
    },
  }),

  async stage(engine, source, part) {
    const what = `volume ${source.name}`;
    const shell = (script: string): Job => ({
      throwaway: {
        ...{
          image: source.image,
          program: "sh",
          command: ["-euc", `cd /data; ${script}`],
          readOnly: true,
          user: "0:0",
        },
        capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"],
        mounts: [{ from: source.volume, at: "/data" }],
      },
      hears: true,
    });
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
    const listed = await told(`who uses volume ${source.name}`, engine.list({ volume: source.volume }));
    return listed.map(({ name }) => name);
  },
};
