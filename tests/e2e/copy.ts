import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** The repository that is under test. */
const repository = path.resolve(import.meta.dirname, "../..");

/** The file of the stack dev, and the systems that it has there. */
const DEV = "Pulumi.dev.yaml";
const SYSTEMS = ["storefront", "blog"];

/**
 * A copy of the program that a test may edit as a user would. It deploys the same stack: the copy is only so that the
 * repository stays as it is.
 */
export class ProgramCopy {
  /** Where the copy is. */
  readonly directory: string;
  readonly #systems: readonly string[];

  /** @param systems those that the stack dev has in the copy, where it has fewer than in the repository. @default - all */
  constructor(systems: readonly string[] = SYSTEMS) {
    this.#systems = systems;
    this.directory = mkdtempSync(path.join(os.tmpdir(), "vigie-e2e-"));
    const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", list, { cwd: repository, encoding: "utf8", maxBuffer: 1 << 26 });
    for (const file of files.split("\0").filter((name) => name !== "")) {
      cpSync(path.join(repository, file), path.join(this.directory, file), { recursive: true });
    }
    this.#chooseSystems();
    symlinkSync(path.join(repository, "node_modules"), path.join(this.directory, "node_modules"));
  }

  /** Replaces text in a file of the copy; fails where the text is not there. */
  edit(file: string, from: string, to: string): void {
    const full = path.join(this.directory, file);
    const text = readFileSync(full, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
    writeFileSync(full, text.replace(from, to));
  }

  /** Takes a file back to what the repository has. */
  restore(file: string): void {
    cpSync(path.join(repository, file), path.join(this.directory, file));
    this.#chooseSystems();
  }

  #chooseSystems(): void {
    const file = path.join(this.directory, DEV);
    const [all, chosen] = [SYSTEMS, this.#systems].map((systems) => `vigie:systems: [${systems.join(", ")}]`);
    writeFileSync(file, readFileSync(file, "utf8").replace(all ?? "", chosen ?? ""));
  }
}
