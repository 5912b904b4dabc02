import { given } from "../../../services/given.ts";
import type { Executor } from "../executor.ts";
import { Absent, type Found, type Tools } from "../tools.ts";
import { POST, READ_FILES, WRITE_FILES } from "./scripts.ts";

/** A directory of the host that a container reads, and what was in its files. */
export interface Files extends Readonly<Record<string, unknown>> {
  /** The drill's id, which its helpers' names begin with. */
  readonly id: string;
  /** The file of each container. */
  readonly places: readonly Place[];
  /** The port and path that make the program read it, by a POST. @default - it reads by itself */
  readonly reload?: { readonly port: number; readonly path: string };
}

/** A hot file. */
export interface Place {
  /** Whose file it is. */
  readonly container: Found;
  /** Directory of the host. */
  readonly directory: string;
  /** Path in that directory: `prometheus.yml`. */
  readonly file: string;
  /** What was in it; null where it was not there. */
  readonly before: string | null;
}

/** Adds lines to a file of each of the containers. Its repair puts back the whole file. */
export const config: Executor<"config", Files> = {
  async prepare({ containers, file, reload }, tools, id) {
    const found = await tools.find(containers, "host-files");
    const places = await Promise.all(
      found.map((container, index) => placeOf(container, file, tools, `${id}-${index}`)),
    );
    return { id, places, ...given({ reload }) };
  },
  async inject({ append }, { id, places, reload }, tools) {
    for (const place of places) {
      await write([{ ...place, before: `${place.before ?? ""}${append}` }], tools, id);
      await read(place.container, reload, tools, id);
    }
  },
  async repair({ id, places, reload }, tools) {
    for (const place of places) {
      await write([place], tools, id);
      await read(place.container, reload, tools, id);
    }
  },
};

/** Where on its host the file of a container is, and what is in it. */
export async function placeOf(container: Found, file: string, tools: Tools, id: string): Promise<Place> {
  const { mounts } = await tools.at(container.host).inspect(container.id);
  const mount = mounts.find(({ kind, at }) => kind === "directory" && file.startsWith(`${at}/`));
  if (mount === undefined) throw new Absent(`${container.name} reads ${file} from no directory of its host`);
  const name = file.slice(mount.at.length + 1);
  const read = await tools.runHelper({
    name: `${id}-read`,
    script: READ_FILES,
    args: [name],
    runs: {
      mounts: [{ from: mount.from, at: "/hot", readOnly: true }],
      user: "0:0",
      capabilities: ["DAC_OVERRIDE"],
    },
    host: container.host,
  });
  const [before = null] = JSON.parse(read) as readonly (string | null)[];
  return { container, directory: mount.from, file: name, before };
}

/** Writes files of one directory, each in one step; one that is null is removed. */
export async function write(places: readonly Place[], tools: Tools, id: string): Promise<void> {
  for (const { container, directory, file, before } of places) {
    await tools.runHelper({
      name: `${id}-write`,
      script: WRITE_FILES,
      args: [JSON.stringify({ [file]: before })],
      runs: {
        mounts: [{ from: directory, at: "/hot" }],
        user: "0:0",
        capabilities: ["DAC_OVERRIDE", "CHOWN", "FOWNER"],
      },
      host: container.host,
    });
  }
}

async function read({ id: container, host }: Found, reload: Files["reload"], tools: Tools, id: string): Promise<void> {
  if (reload === undefined) return;
  await tools.runHelper({
    name: `${id}-reload`,
    script: POST,
    args: [`http://127.0.0.1:${reload.port}${reload.path}`],
    runs: { beside: container, user: "65534:65534" },
    host,
  });
}
