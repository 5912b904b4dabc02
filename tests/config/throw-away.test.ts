import { describe, expect, it } from "vitest";
import { throwAway } from "../../config/throw-away.ts";

const LEAST = { image: "busybox", command: ["true"], user: "65534:65534", memory: 16 } as const;

describe("a throw-away container", () => {
  it("may do nothing but what it is told", () => {
    expect(throwAway(LEAST)).toBe(
      "docker run --rm --network none --read-only --cap-drop ALL --security-opt no-new-privileges --user 65534:65534 --pids-limit 256 --memory 16m --entrypoint true busybox",
    );
  });

  it("gives files away where it has to, and has no other capability", () => {
    const words = throwAway({ ...LEAST, user: "0:0", changesOwners: true });
    expect(words.match(/--cap-\S+ \S+/g)).toEqual(["--cap-drop ALL", "--cap-add CHOWN"]);
  });

  it("sees the volumes, has the network, the label and the directory in memory that it is given", () => {
    const words = throwAway({
      ...LEAST,
      command: ["sh", "-c", "'a b'"],
      network: "vigie-dev-metrics",
      volumes: ["code:/code", "data:/data:ro"],
      temporary: true,
      label: "vigie.stack=vigie/dev",
    });
    expect(words).toContain("--network vigie-dev-metrics --read-only --tmpfs /tmp --cap-drop ALL");
    expect(words).toContain("--label vigie.stack=vigie/dev --volume code:/code --volume data:/data:ro");
    expect(words).toMatch(/--entrypoint sh busybox -c 'a b'$/);
  });

  it("has its user after its limits where a script of before has it so", () => {
    expect(throwAway({ ...LEAST, userLast: true })).toContain("--memory 16m --user 65534:65534 --entrypoint");
  });
});
