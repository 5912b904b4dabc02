/** The images of a Docker engine. */

import { attempt } from "../../attempt.ts";
import type { PresentImage } from "../found.ts";
import type { ImageStore } from "../images.ts";
import type { Docker } from "./command.ts";
import { linesOf } from "./listing.ts";

/** The images of a Docker engine. */
export function dockerImages(docker: Docker): ImageStore {
  return {
    async list() {
      return linesOf(await docker.tell(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]));
    },

    async present() {
      const [images, containers] = await Promise.all([
        docker.ask(["image", "ls", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}}\t{{.ID}}"]),
        docker.ask(["ps", "--all", "--no-trunc", "--format", "{{.Image}}"]),
      ]);
      return images.code === 0 && containers.code === 0 ? presentImages(images.stdout, containers.stdout) : undefined;
    },

    async has(reference) {
      return (await docker.ask(["image", "inspect", "--format", "{{.Id}}", reference])).code === 0;
    },

    async bytes(references) {
      if (references.length === 0) return 0;
      const { stdout } = await docker.ask(["image", "inspect", "--format", "{{.Size}}", ...references]);
      return stdout.split("\n").reduce((sum, line) => sum + Number(line), 0);
    },

    pull: (reference, onAlive) =>
      attempt(docker.command.words(["pull", reference]), docker.command.env, {
        alive: (output) => /Pulling from|Digest:|Status:/.test(output),
        onAlive,
      }),

    save: (reference) => docker.open(["save", reference], { input: false, output: true }),

    load: () => docker.open(["load", "--quiet"], { input: true, output: false }),

    async remove(references) {
      const { code, stderr } = await docker.ask(["image", "rm", ...references]);
      return code === 0 ? undefined : stderr.trim();
    },

    async copyOut(reference, path, to) {
      const created = await docker.ask(["create", reference, "/none"]);
      if (created.code !== 0) return false;
      const id = created.stdout.trim();
      try {
        await docker.ask(["cp", `${id}:${path}`, to]);
        return true;
      } finally {
        await docker.ask(["rm", id]);
      }
    },
  };
}

/** The lines of `docker image ls` and `docker ps` as images. */
export function presentImages(images: string, containers: string): PresentImage[] {
  const used = new Set(linesOf(containers));
  return linesOf(images).map((line) => {
    const [reference = "", id = ""] = line.split("\t");
    // A container names the image as it was asked for: by reference, or by the beginning of its id.
    const inUse =
      used.has(reference) ||
      [...used].some((name) => name !== "" && id.replace("sha256:", "").startsWith(name.replace("sha256:", "")));
    return { reference, inUse };
  });
}
