import { describe, expect, it } from "vitest";
import { renderVictoriaLogs } from "../../config/victorialogs.ts";

const place = { cacheBytes: 128 * 1024 ** 2, keyFile: "/run/secrets/operator.key" };
const render = (settings: Parameters<typeof renderVictoriaLogs>[0] = {}) => renderVictoriaLogs(settings, place);

describe("renderVictoriaLogs", () => {
  it("keeps what it is told to, on its own disk, and deletes the oldest when that is full", () => {
    expect(render({ retention: "2w", disk: "3840MiB" })).toEqual(
      expect.arrayContaining([
        "-storageDataPath=/tmp/victoria-logs",
        "-httpListenAddr=:9428",
        "-retentionPeriod=2w",
        "-retention.maxDiskSpaceUsageBytes=3840MiB",
        "-memory.allowedBytes=134217728",
      ]),
    );
    expect(render()).toContain("-retentionPeriod=15d");
    expect(render().join()).not.toContain("maxDiskSpaceUsageBytes");
  });

  it("leaves lines of JSON as they are, by whichever protocol they come", () => {
    expect(render()).toContain("-loki.disableMessageParsing");
  });

  it("lets nobody delete, and asks for a key where an operator would take lines away", () => {
    const flags = render();
    expect(flags.filter((flag) => /delete/i.test(flag))).toEqual([]);
    for (const what of ["partitionManage", "forceMerge", "forceFlush", "pprof"]) {
      expect(flags).toContain(`-${what}AuthKey=file:///run/secrets/operator.key`);
    }
    expect(flags).toEqual(
      expect.arrayContaining(["-internalinsert.disable", "-internalselect.disable", "-http.disableCORS"]),
    );
  });

  it.each([
    ["a retention of less than a day", { retention: "12h" }, /retention: got "12h"; allowed: at least a day/],
    ["a retention that is no duration", { retention: "long" }, /retention: got "long"/],
    ["a retention in what it takes for months", { retention: "15" }, /retention: got "15"/],
    ["a disk that is no size", { disk: "2 GB" as "2GiB" }, /disk: got "2 GB"; allowed: a size such as "2GiB"/],
  ])("fails with %s", (_, settings, message) => {
    expect(() => render(settings)).toThrow(message);
    expect(() => render(settings)).toThrowErrorMatchingSnapshot();
  });

  it("fails with all that is wrong at once", () => {
    expect(() => render({ retention: "long", disk: "much" as "2GiB" })).toThrow(/retention: .*\n.*disk: /);
  });
});
