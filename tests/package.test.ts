import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Analysis, checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, it } from "vitest";
import { packWorkloads } from "../cli/pack.ts";
import { readmeBlocks } from "./readme.ts";

const repository = path.resolve(import.meta.dirname, "..");
let project: string;

/** A project of somebody else, with the package as npm would install it: its `files`, and its peers beside it. */
beforeAll(() => {
  project = mkdtempSync(path.join(os.tmpdir(), "vigie-package-"));
  const modules = path.join(project, "node_modules");
  const installed = path.join(modules, "vigie");
  mkdirSync(installed, { recursive: true });
  const tsc = path.join(repository, "node_modules/typescript/bin/tsc");
  const build = [tsc, "-p", "tsconfig.build.json", "--outDir", path.join(installed, "dist")];
  execFileSync(process.execPath, build, { cwd: repository, stdio: "pipe" });
  packWorkloads(path.join(installed, "dist"));
  cpSync(path.join(repository, "package.json"), path.join(installed, "package.json"));
  for (const name of readdirSync(path.join(repository, "node_modules"))) {
    if (name !== "vigie" && !name.startsWith(".")) {
      symlinkSync(path.join(repository, "node_modules", name), path.join(modules, name));
    }
  }
  writeFileSync(path.join(project, "package.json"), '{ "type": "module" }\n');
}, 600_000);

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
const seen = [];
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => { seen.push(type); return { id: name, state: inputs }; },
  call: ({ inputs }) => inputs,
});
const { LocalDockerHost, MonitoringStack } = await import("vigie");
const host = new LocalDockerHost("local", { checkMachine: false });
const { urls } = new MonitoringStack("monitoring", { host, sources: [] });
await new Promise((resolve) => setTimeout(resolve, 500));
console.log(JSON.stringify({ urls, components: seen.filter((type) => type.startsWith("vigie:")) }));
`;

describe("the package", () => {
  it("is imported by a program of somebody else, as JavaScript", () => {
    writeFileSync(path.join(project, "index.js"), PROGRAM);
    const printed = execFileSync(process.execPath, ["index.js"], { cwd: project, encoding: "utf8" });
    expect(JSON.parse(printed)).toEqual({
      urls: {
        grafana: "http://localhost:3000/",
        loki: "http://localhost:3100/",
        prometheus: "http://localhost:9090/",
      },
      components: expect.arrayContaining(["vigie:index:MonitoringStack", "vigie:index:Prometheus"]),
    });
  });

  it("has nothing that publint would say of it", async () => {
    const { messages, pkg } = await publint({ pkgDir: path.join(project, "node_modules/vigie"), pack: false });
    const said = messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
    // The sources of images are packages of their own, in the image where they are installed.
    expect(said.filter((text) => !text.startsWith("./dist/services/telemetry/"))).toEqual([]);
  });

  it("has types wherever it has code, for programs in ES modules and for bundlers", async () => {
    const [packed] = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], {
        cwd: path.join(project, "node_modules/vigie"),
        encoding: "utf8",
      }),
    ) as { filename: string }[];
    const tarball = readFileSync(path.join(project, packed?.filename ?? ""));
    const { entrypoints, problems } = (await checkPackage(createPackageFromTarballData(tarball), {
      includeEntrypoints: ["./stores/memcached", "./tasks/file"],
    })) as Analysis;
    expect(Object.keys(entrypoints)).toEqual(expect.arrayContaining([".", "./stores/memcached", "./tasks/file"]));
    // CommonJS has it by `import()` alone, and Node 10's way of resolving ended with Node 12.
    const missed = problems.filter(
      (problem) => !("resolutionKind" in problem && ["node10", "node16-cjs"].includes(problem.resolutionKind)),
    );
    expect(missed).toEqual([]);
    expect(problems.map(({ kind }) => kind)).toContain("CJSResolvesToESM");
  });

  it("brings the command that README evaluates", () => {
    const { bin } = JSON.parse(readFileSync(path.join(project, "node_modules/vigie/package.json"), "utf8"));
    const file = path.join(project, "node_modules/vigie", bin.vigie);
    expect(readFileSync(file, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const cache = path.join(project, "cache");
    mkdirSync(cache);
    const decision = { images: "offline", offline: { PULUMI_HOME: "/c/pulumi-home" } };
    writeFileSync(path.join(cache, "machine.json"), JSON.stringify(decision));
    // As npm starts it: by a link.
    const link = path.join(project, "vigie");
    symlinkSync(file, link);
    const env = { ...process.env, VIGIE_CACHE: cache };
    const printed = execFileSync(process.execPath, [link, "env"], { cwd: project, encoding: "utf8", env });
    expect(printed).toBe("export PULUMI_HOME=/c/pulumi-home\nexport PULUMI_SKIP_UPDATE_CHECK=true\n");
  });

  it("brings types that a strict program compiles against", () => {
    const good =
      'import { type Observable, Prometheus } from "vigie";\nexport const watched: Observable[] = [];\nexport { Prometheus };\n';
    const wrong = 'import { type Observable } from "vigie";\nexport const watched: Observable = { signals: 1 };\n';
    const compile = (source: string): string => {
      writeFileSync(path.join(project, "main.ts"), source);
      const words = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", "node", "main.ts"];
      const tsc = path.join(repository, "node_modules/typescript/bin/tsc");
      try {
        return execFileSync(process.execPath, [tsc, ...words], { cwd: project, encoding: "utf8" });
      } catch (error) {
        return String((error as { stdout?: string }).stdout);
      }
    };
    expect(compile(good)).toBe("");
    const [readme] = readmeBlocks("In your own program").filter(({ file }) => file === "index.ts");
    expect(compile(readme?.text ?? "")).toBe("");
    expect(compile(wrong)).toContain("Type 'number' is not assignable to type 'Signals'");
  });
});
