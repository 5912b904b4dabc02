import { describe, expect, test } from "vitest";
import { presentImages } from "../../cli/containers/docker/images.ts";
import { formatLeftovers, oldImages, oldVersions } from "../../cli/leftovers.ts";
import { formatBytes } from "../../offline/disk.ts";

describe("versions in a directory of the cache", () => {
  const parts = { what: "Old parts", directory: "/c/parts" };

  test("go with the files beside them, when nothing makes them any more", () => {
    const present = ["debian", "debian.stamp", "go-grafana", "go-grafana.stamp"];
    expect(oldVersions({ ...parts, present, used: ["debian"] })).toEqual([
      { what: "Old parts: go-grafana", paths: ["/c/parts/go-grafana", "/c/parts/go-grafana.stamp"] },
    ]);
  });

  test("stay when they are in use, with what is beside them, and nothing is said then", () => {
    const present = ["24.21.0", "24.21.0.lock"];
    expect(oldVersions({ what: "Node", directory: "/c/node", present, used: ["24.21.0"] })).toEqual([]);
  });

  test("of which one is the beginning of another are told apart", () => {
    expect(oldVersions({ ...parts, present: ["go", "go-loki"], used: ["go"] })).toEqual([
      { what: "Old parts: go-loki", paths: ["/c/parts/go-loki"] },
    ]);
  });
});

describe("images", () => {
  const nginx = "vigie-offline/nginx:1.30.6-85bf0f5d";
  const images = [
    `${nginx}\tsha256:aaa111`,
    "vigie-offline/loki:3.7.8-0a\tsha256:bbb222",
    "postgres:18\tsha256:ccc333",
  ].join("\n");

  test("go when they were made here, and neither a container nor a stack names them", () => {
    expect(oldImages(presentImages(images, ""), [nginx])).toEqual([
      { what: "Images that nothing uses: vigie-offline/loki:3.7.8-0a", images: ["vigie-offline/loki:3.7.8-0a"] },
    ]);
  });

  test.each([
    ["by its name", "vigie-offline/loki:3.7.8-0a\n"],
    ["by its id", "sha256:bbb222\n"],
    ["by the beginning of its id", "bbb2\n"],
  ])("stay while a container, even one that has ended, names them %s", (_, containers) => {
    expect(oldImages(presentImages(images, containers), [nginx])).toEqual([]);
  });

  test("of somebody else are never among them", () => {
    expect(oldImages(presentImages("postgres:18\tsha256:ccc333\n", ""), [])).toEqual([]);
  });
});

test("what may go is told with the largest first, and the sum", () => {
  const sized = [
    { what: "Older versions of Node: 22.1.0", bytes: 120e6 },
    { what: "Go's modules, and what it compiled", bytes: 2.3e9 },
  ];
  expect(formatLeftovers(sized, formatBytes)).toBe(
    [
      "  2.3 GB  Go's modules, and what it compiled",
      "  120 MB  Older versions of Node: 22.1.0",
      "  2.4 GB  in all",
    ].join("\n"),
  );
});
