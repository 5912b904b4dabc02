/** The proof that containers start here, before hours of work are built on it: one is made of the machine's own `true`. */

import { execFileSync, spawn } from "node:child_process";
import Docker from "dockerode";
import { hashOf } from "./hash.ts";
import { programPath } from "./machine.ts";
import { NO_CONTAINERS, WORKS_ANYWHERE } from "./preflight.ts";
import type { Step } from "./steps.ts";

const repository = "vigie-offline/first-container";
const memory = 64 * 1024 * 1024;

/** The step that starts a container with a network, a limit of memory and a published port, once a cache. */
export function firstContainerStep(): Step {
  return {
    id: "container",
    name: "A container starts",
    inputs: hashOf("a container with a network, a limit of memory and a published port"),
    produces: "nothing: its container and image are taken away again",
    needs: ["docker"],
    decides: true,
    takes: 2,
    fix: `${NO_CONTAINERS} ${WORKS_ANYWHERE}`,
    async run({ log }) {
      const docker = new Docker({ timeout: 30_000 });
      const files = filesOfTrue();
      log(`an image of ${files.join(", ")}\n`);
      const image = docker.getImage(`${repository}:${process.pid}`);
      await importFiles(docker, files, String(process.pid));
      try {
        await runOnce(docker, image.id ?? `${repository}:${process.pid}`, files[0] as string);
      } finally {
        await image.remove({ force: true });
      }
    },
  };
}

/** The program `true` of this machine, and the libraries that it is linked to. */
function filesOfTrue(): readonly string[] {
  const program = programPath("true");
  if (program === undefined) throw new Error("The program `true` is not on this machine.");
  let libraries: string;
  try {
    libraries = execFileSync("ldd", [program], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    // Linked statically: it needs nothing.
    libraries = "";
  }
  return [program, ...librariesOf(libraries)];
}

/** The paths in what `ldd` prints. */
export function librariesOf(ldd: string): string[] {
  return [...ldd.matchAll(/(?:^|\s)(\/\S+)/g)].map(([, path = ""]) => path);
}

async function importFiles(docker: Docker, files: readonly string[], tag: string): Promise<void> {
  // A library's usual name is a link to it.
  const tar = spawn("tar", ["--create", "--dereference", "--file=-", ...files], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const reply = await docker.importImage(tar.stdout as unknown as string, { repo: repository, tag });
  await new Promise<void>((done, fail) => {
    docker.modem.followProgress(reply, (error: Error | null) => (error === null ? done() : fail(error)));
  });
}

async function runOnce(docker: Docker, image: string, program: string): Promise<void> {
  const container = await docker.createContainer({
    Image: image,
    Cmd: [program],
    ExposedPorts: { "8080/tcp": {} },
    HostConfig: { Memory: memory, PortBindings: { "8080/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
    Labels: { "vigie.offline": "true" },
  });
  try {
    await container.start();
    const { StatusCode: code } = (await container.wait()) as { StatusCode: number };
    if (code !== 0) throw new Error(`The container of \`${program}\` ended with exit code ${code}.`);
  } finally {
    await container.remove({ force: true });
  }
}
