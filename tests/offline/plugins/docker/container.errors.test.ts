import { describe, expect, test } from "vitest";
import { containerResource } from "../../../../offline/plugins/docker/container.ts";
import type { Values } from "../../../../offline/plugins/framework/values.ts";

const context = { olds: {}, name: "c", randomSeed: new Uint8Array() };
const resource = containerResource(() => Promise.reject(new Error("Check must not speak to Docker")));

function failures(news: Values) {
  return resource.check({ image: "i", networkMode: "none", ...news }, context).failures;
}

describe("docker.Container's Check", () => {
  test("fails for a property that the stand-in lacks, naming property and resource", () => {
    expect(failures({ gpus: "all", storageOpts: { size: "1G" } })).toEqual([
      { property: "gpus", reason: expect.stringMatching(/does not implement "gpus" of docker.Container/) },
      { property: "storageOpts", reason: expect.stringMatching(/"storageOpts" of docker.Container/) },
    ]);
  });

  test("fails for a nested property that the stand-in lacks", () => {
    expect(failures({ uploads: [{ file: "/a", content: "x", owner: "1" }] })).toEqual([
      { property: "uploads[0].owner", reason: expect.stringContaining('"uploads[0].owner" of docker.Container') },
    ]);
  });

  test("fails for a missing image, and says all that is wrong at once", () => {
    const found = resource.check({ restart: "sometimes", memory: -1, command: "sleep", ports: [{}] }, context).failures;
    expect(found.map(({ property }) => property).sort()).toEqual([
      "command",
      "image",
      "memory",
      "ports[0].internal",
      "restart",
    ]);
  });

  test.each([
    [{ healthcheck: { tests: ["CMD", "x"], interval: "5 s" } }, "healthcheck.interval", "duration"],
    [{ uploads: [{ file: "/a", content: "x", permissions: "644" }] }, "uploads[0].permissions", "0644"],
    [{ uploads: [{ file: "/a" }] }, "uploads[0]", "exactly one of content, contentBase64 and source, got none"],
    [{ uploads: [{ file: "/a", content: "x", source: "/b" }] }, "uploads[0]", "got content, source"],
    [{ volumes: [{ volumeName: "v" }] }, "volumes[0]", "containerPath"],
    [{ ports: [{ internal: 80, protocol: "http" }] }, "ports[0].protocol", "tcp, udp, sctp"],
    [{ memory: 1.5 }, "memory", "a whole number, got a number that is not whole"],
    [{ capabilities: ["ALL"] }, "capabilities", "an object with adds, drops"],
  ] as [Values, string, string][])("fails for %j", (news, property, reason) => {
    expect(failures(news)).toEqual([{ property, reason: expect.stringContaining(reason) }]);
  });

  test("fails without printing a given value that may be secret", () => {
    const [failure] = failures({ envs: "PASSWORD=hunter2" });
    expect(failure?.reason).toBe("expected a list, got a string");
  });
});
