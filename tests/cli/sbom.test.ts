import path from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { PackageURL } from "packageurl-js";
import { describe, expect, it } from "vitest";
import { parseStatus } from "../../cli/debian-packages.ts";
import { imageUrl, packageUrl, renderSbom, sbomOptions } from "../../cli/sbom.ts";
import { imageNames, images } from "../../config/images.ts";
import { readInventory } from "../../offline/licences/inventory.ts";

interface Component {
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly expression?: string }[];
  readonly components?: readonly Component[];
}

const packages = readInventory(path.join(import.meta.dirname, "../.."));
const parts = {
  version: "0.1.0",
  packages,
  images: Object.fromEntries(imageNames.map((name) => [name, images[name].reference])),
  debian: {
    nginx: [
      { name: "libc6", version: "2.42-2+b1", architecture: "amd64" },
      { name: "nginx", version: "1.30.6-1", architecture: "amd64" },
    ],
    redis: [{ name: "libc6", version: "2.42-2+b1", architecture: "amd64" }],
    traefik: [{ name: "busybox-static" }],
  },
  now: new Date("2026-11-30T06:00:00Z"),
  serialNumber: "urn:uuid:5b2a4f0e-7a4c-4a57-9d1e-2f3c4b5a6978",
};
const text = renderSbom(parts);
const bill = JSON.parse(text) as {
  readonly components: readonly Component[];
  readonly metadata: { readonly component: Component };
};

describe("the bill of materials", () => {
  it("is what CycloneDX's schema asks for, to the letter", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    // And the validator sees what is wrong.
    expect(await validator.validate(text.replace('"type": "library"', '"type": "book"'))).not.toBeNull();
  });

  it("has every package with its licence, and no other", () => {
    const libraries = bill.components.filter(({ type }) => type === "library");
    const shown = libraries.map(({ name, version, licenses }) => `${name} ${version} ${licenses?.[0]?.expression}`);
    expect(shown.sort()).toEqual(packages.map(({ name, version, licence }) => `${name} ${version} ${licence}`).sort());
  });

  it("has every image, and what of Debian is in those that were made", () => {
    const containers = bill.components.filter(({ type }) => type === "container");
    expect(containers).toHaveLength(imageNames.length);
    const inside = (purl: string) =>
      containers.find((one) => one.purl.startsWith(purl))?.components?.map((one) => one.purl);
    expect(inside("pkg:docker/library/nginx@")).toEqual([
      "pkg:deb/debian/libc6@2.42-2+b1?arch=amd64&distro=forky",
      "pkg:deb/debian/nginx@1.30.6-1?arch=amd64&distro=forky",
    ]);
    expect(inside("pkg:docker/library/traefik@")).toEqual(["pkg:deb/debian/busybox-static?distro=forky"]);
    expect(inside("pkg:docker/library/node@")).toBeUndefined();
  });

  it("has addresses that can be read back", () => {
    const all = bill.components.flatMap((one) => [one, ...(one.components ?? [])]);
    expect(all.length).toBeGreaterThan(1000);
    for (const { purl } of all) expect(PackageURL.fromString(purl).toString()).toBe(purl);
  });

  it("is the same for the same parts, in whatever order they come", () => {
    const turned = { ...parts, packages: [...packages].reverse() };
    expect(renderSbom(turned)).toBe(text);
  });

  it("is another one only in its number and time when it is made again", () => {
    const again = renderSbom({
      ...parts,
      now: new Date("2027-01-01T00:00:00Z"),
      serialNumber: "urn:uuid:00000000-0000-4000-8000-000000000000",
    });
    const before = text.split("\n");
    const changed = again.split("\n").filter((line, index) => line !== before[index]);
    expect(changed.map((line) => line.trim().split(":")[0])).toEqual(['"serialNumber"', '"timestamp"']);
  });
});

describe("the address of a package", () => {
  it.each([
    ["npm", "yaml", "2.9.1", "pkg:npm/yaml@2.9.1"],
    ["npm", "@pulumi/docker", "5.2.0", "pkg:npm/%40pulumi/docker@5.2.0"],
    ["pypi", "flask", "3.1.2", "pkg:pypi/flask@3.1.2"],
    ["go", "charm.land/bubbles/v2", "v2.1.0", "pkg:golang/charm.land/bubbles/v2@v2.1.0"],
    ["go", "gopkg.in/yaml.v3", "v3.0.1", "pkg:golang/gopkg.in/yaml.v3@v3.0.1"],
  ] as const)("of %s %s %s is %s", (registry, name, version, expected) => {
    expect(packageUrl({ registry, name, version })).toBe(expected);
  });
});

describe("the address of an image", () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  it.each([
    ["docker.io/library/nginx:1.30.6", "pkg:docker/library/nginx@1.30.6?repository_url=docker.io"],
    ["quay.io/prometheus/node-exporter:v1.11.1", "pkg:docker/prometheus/node-exporter@v1.11.1?repository_url=quay.io"],
    [
      `docker.io/library/nginx:1.30.6@${digest}`,
      `pkg:docker/library/nginx@${digest}?repository_url=docker.io&tag=1.30.6`,
    ],
  ])("%s is %s", (reference, expected) => {
    expect(imageUrl(reference)).toBe(expected);
  });
});

describe("dpkg's status file", () => {
  it("is read for what is installed, and for nothing that was removed", () => {
    const status = [
      "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.42-2\nDescription: GNU\n words: of it",
      "Package: old\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1",
      "Package: tzdata\nStatus: install ok installed\nArchitecture: all\nVersion: 2026b-1",
      "",
    ].join("\n\n");
    expect(parseStatus(status)).toEqual([
      { name: "libc6", version: "2.42-2", architecture: "amd64" },
      { name: "tzdata", version: "2026b-1", architecture: "all" },
    ]);
  });
});

describe("the options of npm run sbom", () => {
  it("are --output", () => {
    expect(sbomOptions([])).toEqual({});
    expect(sbomOptions(["--output", "x.json"])).toEqual({ output: "x.json" });
    expect(() => sbomOptions(["--ouput", "x"])).toThrow(/--ouput.*The options are --output <file>/);
  });
});
