/** A volume that is thrown away, for files to come back into. */

import type { VolumeBackup } from "../../config/backup.ts";
import { ISOLATED, type ProofKind } from "./proof-kind.ts";
import { ask } from "./stream.ts";

/** A container of a volume's image, as root, that may read all and change nothing. */
const reading = ({ volume, image }: VolumeBackup, script: string): readonly string[] => [
  ...["run", "--rm", "--interactive", ...ISOLATED, "--cap-add=DAC_READ_SEARCH", "--user=0:0"],
  ...[`--volume=${volume}:/data:ro`, "--entrypoint=sh", image, "-euc", script],
];

/** A volume. */
export const volumeProof: ProofKind<VolumeBackup> = {
  async scratch(engine, source, { name, labels }) {
    await ask(engine, ["volume", "create", ...labels, name], `the scratch volume of ${source.name}`);
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
