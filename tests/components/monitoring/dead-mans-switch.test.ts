import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SwitchMail } from "../../../config/dead-mans-switch.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

/** The dead man's switch and the monitoring that it watches, under mocks. */
let library: typeof import("../../../components/index.ts");
const mail: SwitchMail = {
  to: ["ops@shop.example", "lead@shop.example"],
  from: "v@shop.example",
  smarthost: "mail:587",
};
const pager = { kind: "webhook", name: "pager", url: "http://pager.example/" } as const;

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
}, 60_000);
beforeEach(forget);

const declare = async (args: object = {}) => {
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const heartbeat = new library.DeadMansSwitch("heart", { host, mail, pace: "fast", ...args });
  new library.MonitoringStack("monitoring", {
    host,
    sources: [heartbeat],
    policies: [{ name: "all", notify: { critical: [pager], warning: [pager] } }],
    watchdog: heartbeat.receiver,
    receiverSecrets: heartbeat.secrets,
    pace: "fast",
  });
  await settle();
};
const textOf = (name: string) => String(resource(types.command, name).stdin);
const container = () => resource(types.container, "heart-container");

describe("DeadMansSwitch", () => {
  it("hears the Watchdog from both Alertmanagers, and not its end", async () => {
    await declare();
    for (const name of ["alertmanager-1-config", "alertmanager-2-config"]) {
      expect(textOf(name)).toContain("url: http://vigie-test-heart:9095/heartbeat\n        send_resolved: false");
    }
  });

  it("mails by itself, after a limit of its pace", async () => {
    await declare();
    expect(container().command).toEqual([
      "--name=vigie/test",
      "--port=9095",
      "--token-file=/run/secrets/heartbeat-token",
      "--state=/state/state.json",
      "--silence=45",
      "--first=1800",
      "--check-every=10",
      "--mail-server=mail:587",
      "--mail-from=v@shop.example",
      "--mail-to=ops@shop.example",
      "--mail-to=lead@shop.example",
    ]);
  });

  it("takes heartbeats with a token that the Alertmanagers have as a file, too", async () => {
    await declare();
    const files = (writer: string) => JSON.stringify(resource(types.container, writer).uploads);
    for (const writer of ["heart-secret-writer", "alertmanager-secret-writer"])
      expect(files(writer)).toContain('"file":"/run/secrets/heartbeat-token"');
    expect(textOf("alertmanager-1-config")).toContain("credentials_file: /run/secrets/heartbeat-token");
  });

  it("finds its password in a file", async () => {
    await declare({ mail: { ...mail, username: "vigie" }, password: "hunter2" });
    expect(container().command).toContain("--mail-password-file=/run/secrets/mail-password");
    expect(JSON.stringify(container())).not.toContain("hunter2");
  });

  it("keeps its state in a volume, and is watched by what it watches", async () => {
    await declare();
    expect(JSON.stringify(container().volumes)).toContain('"containerPath":"/state"');
    expect(textOf("prometheus-config")).toContain("vigie-test-heart:9095");
    expect(textOf("prometheus-config")).toContain("alert: HeartbeatMissing");
  });

  it("lets Alertmanager forget a Prometheus that ended within seconds at the fast pace", async () => {
    await declare();
    expect(resource(types.container, "prometheus-container").command).toContain("--rules.alert.resend-delay=5s");
  });

  it("fails with all that is wrong with the mail", () => {
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const wrong = { to: ["ops"], from: "v@shop.example", smarthost: "mail" };
    expect(() => new library.DeadMansSwitch("heart", { host, mail: wrong })).toThrow(
      /mail\.to: got "ops"[\s\S]*mail\.smarthost: got "mail"/,
    );
    const user = { ...mail, username: "vigie" };
    expect(() => new library.DeadMansSwitch("heart", { host, mail: user })).toThrow(/password: got nothing/);
    expect(() => new library.DeadMansSwitch("heart", { host, mail, password: "x" })).toThrow(
      /mail\.username: got nothing/,
    );
  });
});
