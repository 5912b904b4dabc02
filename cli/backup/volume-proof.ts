/** A volume that is thrown away, for files to come back into. */

import type { VolumeBackup } from "../../config/backup.ts";
import type { Job } from "../containers/job.ts";
import { ISOLATED, type ProofKind } from "./proof-kind.ts";
import { ask, told } from "./stream.ts";

/** A container of a volume's image, as root, that may read all and change nothing. */
const reading = ({ volume, image }: VolumeBackup, script: string): Job => ({
  throwaway: {
    ...ISOLATED,
    ...{ image, program: "sh", command: ["-euc", script], user: "0:0", capabilities: ["DAC_READ_SEARCH"] },
    mounts: [{ from: volume, at: "/data", readOnly: true }],
  },
  hears: true,
});

/** A volume. */
export const volumeProof: ProofKind<VolumeBackup> = {
  async scratch(engine, source, { name, labels }) {
    await told(`the scratch volume of ${source.name}`, engine.volumes.create(name, labels));
    return { ...source, volume: name };
  },

  text: (source) => reading(source, "tar -C /data -cf - . | tar -tf -"),

  kept: (source) => reading(source, "tar -tf -"),

  // The top itself is the deployment's. Names only: which of two hard links is the file depends on their order.
  noise: /^\.\/$/,

  sorted: true,

  async count(engine, source) {
    const found = await ask(engine, reading(source, "find /data -type f | wc -l"), `the files of ${source.name}`);
    return new Map([["files", Number(found)]]);
  },
};
