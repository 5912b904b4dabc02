import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { installPulumi, pluginArchive, pulumiArchive } from "../../cli/download.ts";
import { downloadCli, pluginArguments, pluginPins, pulumiVersion } from "../../cli/official.ts";
import { DOWNLOADS_FILE, parsePins, pinDownloads } from "../../cli/pin.ts";
import { freePort } from "../free-ports.ts";
import { pulumiTarball, releaseServer, sumOfBytes } from "./release-server.ts";

const version = "3.259.0";
const archive = pulumiArchive(version, process.platform, process.arch);
let server: Awaited<ReturnType<typeof releaseServer>>;
let sources: { readonly archives: string; readonly sums: string };
let root: string;
let alive: number;

beforeAll(async () => {
  server = await releaseServer();
  sources = { archives: `${server.url}/sdk`, sums: `${server.url}/release` };
});

afterAll(() => server.stop());

beforeEach(() => {
  server.files.clear();
  root = path.join(mkdtempSync(path.join(tmpdir(), "vigie-home-")), "versions", version);
  alive = 0;
});

const install = (pins: Readonly<Record<string, string>> = {}) =>
  installPulumi(version, root, pins, () => void alive++, sources);
const publish = (bytes: Buffer, sum = sumOfBytes(bytes)) => {
  server.files.set(`/sdk/${archive}`, bytes);
  server.files.set(
    `/release/pulumi-${version}-checksums.txt`,
    Buffer.from(`${"0".repeat(64)}  other\n${sum}  ${archive}\n`),
  );
};

describe("the download of Pulumi's CLI", () => {
  it.each(["pulumi", "pulumi/bin"])(
    "puts what is in %s where it is looked for, and leaves nothing else",
    async (inner) => {
      publish(pulumiTarball(version, inner));
      await install();
      expect(execFileSync(path.join(root, "bin", "pulumi"), { encoding: "utf8" })).toBe(`v${version}\n`);
      expect(readdirSync(root)).toEqual(["bin"]);
      expect(alive).toBe(1);
    },
  );

  it("goes by a sum that is known before, without asking for published ones", async () => {
    const bytes = pulumiTarball(version);
    server.files.set(`/sdk/${archive}`, bytes);
    await install({ [archive]: `sha256:${sumOfBytes(bytes)}` });
    expect(existsSync(path.join(root, "bin", "pulumi"))).toBe(true);
  });

  it.each([
    ["the published sum", {}, "1".repeat(64)],
    ["the sum that is known, whatever is published", { [archive]: `sha256:${"2".repeat(64)}` }, undefined],
  ])("fails where the archive has not %s, and unpacks nothing", async (_, pins, published) => {
    const bytes = pulumiTarball(version);
    publish(bytes, published);
    await expect(install(pins)).rejects.toThrow(
      /is not what it should be: its sum is sha256:[0-9a-f]{64}, and sha256:[12]{64} is known/,
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it("fails where there is no sum, before anything is fetched", async () => {
    server.files.set(`/sdk/${archive}`, pulumiTarball(version));
    await expect(install()).rejects.toThrow(/checksums\.txt: 404/);
    server.files.set(`/release/pulumi-${version}-checksums.txt`, Buffer.from(`${"0".repeat(64)}  other\n`));
    await expect(install()).rejects.toThrow(`the sums of Pulumi ${version} have none of ${archive}`);
    expect(alive).toBe(0);
  });

  it("fails where the archive holds no Pulumi", async () => {
    publish(execFileSync("tar", ["-czf", "-", "-C", mkdtempSync(path.join(tmpdir(), "vigie-empty-")), "."]));
    await expect(install()).rejects.toThrow(`${archive} has no Pulumi in it`);
    expect(readdirSync(root)).toEqual([]);
  });

  it("is told as an attempt, with words where nothing answers", async () => {
    const port = await freePort();
    const home = path.dirname(path.dirname(root));
    const nowhere = { archives: `http://127.0.0.1:${port}`, sums: `http://127.0.0.1:${port}` };
    const tried = await downloadCli(home, () => undefined, version, nowhere);
    expect(tried).toEqual({
      ok: false,
      words: expect.stringContaining(`127.0.0.1:${port} can't be reached (ECONNREFUSED)`),
    });
    publish(pulumiTarball(version));
    expect(await downloadCli(home, () => undefined, version, sources)).toEqual({ ok: true, words: version });
    expect(statSync(path.join(root, "bin", "pulumi")).mode & 0o111).not.toBe(0);
  });

  it("fails on a platform that its maker has no archive for", () => {
    expect(() => pulumiArchive(version, "freebsd", "x64")).toThrow("no archive for freebsd on x64");
    expect(() => pulumiArchive(version, "linux", "ia32")).toThrow("install Pulumi 3.259.0 yourself");
  });
});

describe("the download of a plugin", () => {
  const plugin = { name: "docker", version: "5.2.0" };

  it("is compared by Pulumi with the sum that is known", () => {
    const file = pluginArchive("docker", "5.2.0", process.platform, process.arch);
    const words = ["plugin", "install", "resource", "docker", "5.2.0"];
    expect(pluginArguments(plugin, { [file]: `sha256:${"ab".repeat(32)}` })).toEqual([
      ...words,
      "--checksum",
      "ab".repeat(32),
    ]);
    expect(pluginArguments(plugin, {})).toEqual(words);
  });

  it("is named as its maker names it", () => {
    expect(pluginArchive("docker", "5.2.0", "linux", "x64")).toBe("pulumi-resource-docker-v5.2.0-linux-amd64.tar.gz");
    expect(pluginArchive("random", "4.21.2", "darwin", "arm64")).toBe(
      "pulumi-resource-random-v4.21.2-darwin-arm64.tar.gz",
    );
  });
});

describe("npm run pin, of what is downloaded", () => {
  let file: string;
  const platforms = ["linux", "darwin"].flatMap((platform) =>
    ["x64", "arm64"].map((arch) => [platform, arch] as const),
  );
  const said: string[] = [];

  beforeEach(() => {
    file = path.join(mkdtempSync(path.join(tmpdir(), "vigie-pins-")), "download-pins.ts");
    writeFileSync(file, readFileSync(DOWNLOADS_FILE, "utf8").replace(/= \{[\s\S]*/, "= {};\n"));
    said.length = 0;
  });

  const keep = (check = false) =>
    pinDownloads({ file, sources, plugins: `${server.url}/plugins`, check, say: (line) => void said.push(line) });

  it("writes the sums of the CLI and of each plugin, for each platform, and sees one that has changed", async () => {
    const expected: Record<string, string> = {};
    for (const [platform, arch] of platforms) {
      expected[pulumiArchive(pulumiVersion(), platform, arch)] =
        `sha256:${sumOfBytes(Buffer.from(`${platform} ${arch}`))}`;
      for (const { name, version: its } of pluginPins()) {
        const bytes = Buffer.from(`${name} ${platform} ${arch}`);
        const plugin = pluginArchive(name, its, platform, arch);
        server.files.set(`/plugins/${plugin}`, bytes);
        expected[plugin] = `sha256:${sumOfBytes(bytes)}`;
      }
    }
    const lines = Object.entries(expected).map(([name, sum]) => `${sum.replace("sha256:", "")}  ${name}\n`);
    server.files.set(`/release/pulumi-${pulumiVersion()}-checksums.txt`, Buffer.from(lines.join("")));
    expect(await keep()).toBe(0);
    expect(Object.fromEntries(parsePins(readFileSync(file, "utf8")))).toEqual(expected);
    expect(await keep(true)).toBe(0);
    const [random = ""] = Object.keys(expected).filter((name) => name.includes("random"));
    server.files.set(`/plugins/${random}`, Buffer.from("another"));
    said.length = 0;
    expect(await keep(true)).toBe(1);
    expect(said[0]).toContain(`${random}\n  was moved: pinned ${expected[random]}`);
  });

  it("fails with all that can't be had, and writes nothing", async () => {
    const text = readFileSync(file, "utf8");
    await expect(keep()).rejects.toThrow(
      /^the digests of 16 of 16 downloads can't be had:[\s\S]*Nothing was written of them/,
    );
    expect(readFileSync(file, "utf8")).toBe(text);
  });
});
