import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { certificate } from "../../../../cli/drill/faults/certificate.ts";
import { config } from "../../../../cli/drill/faults/config.ts";
import { POST, READ_FILES, WRITE_FILES } from "../../../../cli/drill/faults/scripts.ts";
import { Absent } from "../../../../cli/drill/tools.ts";
import { described } from "../../containers/recorded.ts";
import { container, type Fakes, fakes, going } from "./fakes.ts";

/** Faults in the files that programs read. */
const mounts = [
  { Type: "volume", Source: "/var/lib/docker/volumes/x", Destination: "/etc/prometheus" },
  { Type: "bind", Source: "/state/prometheus", Destination: "/etc/prometheus" },
  { Type: "bind", Source: "/state/routes", Destination: "/etc/traefik/routes" },
];
const MOUNTS = described("id-one", { mounts });

/** What each helper wrote, by file; in its order. */
const written = ({ helpers }: Fakes) =>
  helpers.flatMap(({ name, args = [] }) =>
    name.endsWith("-write") ? Object.entries(JSON.parse(args[0] ?? "{}") as Record<string, string | null>) : [],
  );

describe("lines in a hot file", () => {
  const fault = {
    kind: "config",
    containers: { component: "prometheus" },
    file: "/etc/prometheus/prometheus.yml",
    append: "nonsense: true\n",
    reload: { port: 9090, path: "/-/reload" },
  } as const;
  const stack = (text = '["global: {}\\n"]') =>
    fakes({ prints: { inspect: MOUNTS }, helperPrints: { "7-0-read": text } });

  it("are read of the directory of the host, only to be read, without a network", async () => {
    const seen = stack();
    const back = await config.prepare(fault, seen.tools, "7");
    expect(back.places).toEqual([
      { container: container("one"), directory: "/state/prometheus", file: "prometheus.yml", before: "global: {}\n" },
    ]);
    expect(seen.helpers[0]?.args).toEqual(["prometheus.yml"]);
    // It reads what is not its own, and may do nothing else.
    expect(seen.helpers[0]?.options).toEqual([
      ...["--network", "none", "--volume", "/state/prometheus:/hot:ro", "--user", "0:0", "--cap-add", "DAC_OVERRIDE"],
    ]);
  });

  it("stand at its end, and the program reads it; afterwards it is as it was, and is read again", async () => {
    const seen = stack();
    const back = await config.prepare(fault, seen.tools, "7");
    await config.inject(fault, back, seen.tools, going());
    expect(written(seen)).toEqual([["prometheus.yml", "global: {}\nnonsense: true\n"]]);
    await config.repair(back, seen.tools);
    expect(written(seen).at(-1)).toEqual(["prometheus.yml", "global: {}\n"]);
    // The file stays its owner's.
    expect(seen.helpers.find(({ name }) => name === "7-write")?.options).toEqual([
      ...["--network", "none", "--volume", "/state/prometheus:/hot", "--user", "0:0"],
      ...["--cap-add", "DAC_OVERRIDE", "--cap-add", "CHOWN", "--cap-add", "FOWNER"],
    ]);
    expect(seen.done.slice(1)).toEqual(["run 7-0-read", "run 7-write", "run 7-reload", "run 7-write", "run 7-reload"]);
    const reload = seen.helpers.at(-1);
    expect(seen.helpers.map(({ script }) => script)).toEqual([READ_FILES, WRITE_FILES, POST, WRITE_FILES, POST]);
    expect(reload?.args).toEqual(["http://127.0.0.1:9090/-/reload"]);
    expect(reload?.options).toEqual(["--network", "container:id-one", "--user", "65534:65534"]);
  });

  it("make a file that was not there, and it is gone afterwards; who reads by itself is not told", async () => {
    const { reload: _, ...silent } = fault;
    const seen = stack("[null]");
    const back = await config.prepare(silent, seen.tools, "7");
    await config.inject(silent, back, seen.tools, going());
    await config.repair(back, seen.tools);
    expect(written(seen)).toEqual([
      ["prometheus.yml", "nonsense: true\n"],
      ["prometheus.yml", null],
    ]);
    expect(seen.done).not.toContain("run 7-reload");
  });

  it.each(["/etc/prometheusX/a.yml", "/var/lib/other.yml"])(
    "are absent where %s is in no directory of the host",
    async (file) => {
      await expect(config.prepare({ ...fault, file }, stack().tools, "7")).rejects.toThrow(Absent);
    },
  );

  it("fail where they can't be taken back", async () => {
    const seen = stack();
    const back = await config.prepare(fault, seen.tools, "7");
    seen.fail("7-write");
    await expect(config.repair(back, seen.tools)).rejects.toThrow("the daemon is busy");
  });
});

describe("a certificate that ends soon", () => {
  const fault = { kind: "certificate", containers: { component: "edge" }, endsIn: 3600 } as const;

  it("is the edge's until it is put back; what routes name is there before they are", async () => {
    const seen = fakes({
      prints: { inspect: MOUNTS },
      helperPrints: { "7-drill.yml-read": "[null]", "7-drill.crt-read": "[null]", "7-drill.key-read": "[null]" },
    });
    const back = await certificate.prepare(fault, seen.tools, "7");
    await certificate.inject(fault, back, seen.tools, going());
    const files = written(seen);
    expect(files.map(([file]) => file)).toEqual(["drill.key", "drill.crt", "drill.yml"]);
    const [key, pem, routes] = files.map(([, text]) => text ?? "");
    expect(key).toMatch(/^-----BEGIN (EC )?PRIVATE KEY-----/);
    const ends = Date.parse(new X509Certificate(pem ?? "").validTo) - Date.now();
    expect(ends).toBeGreaterThan(3500_000);
    expect(ends).toBeLessThanOrEqual(3601_000);
    expect(Date.parse(new X509Certificate(pem ?? "").validFrom)).toBeLessThan(Date.now());
    expect(routes).toContain("certFile: /etc/traefik/routes/drill.crt");
    expect(routes).toContain("keyFile: /etc/traefik/routes/drill.key");
    await certificate.repair(back, seen.tools);
    expect(written(seen).slice(3)).toEqual([
      ["drill.yml", null],
      ["drill.crt", null],
      ["drill.key", null],
    ]);
  });
});
