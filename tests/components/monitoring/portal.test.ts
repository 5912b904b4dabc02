import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PortalDescription } from "../../../services/monitoring/portal-description.ts";
import { forget, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
beforeEach(forget);

/** A stack without services, under mocks, with a portal or without. */
async function declare(portal?: { readonly silences?: boolean; readonly port?: number }) {
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  const monitoring = new library.MonitoringStack("monitoring", {
    host,
    sources: [],
    ...(portal === undefined ? {} : { portal }),
  });
  await settle();
  return { host, monitoring };
}

const container = () => resource(types.container, "portal-container") as Record<string, unknown>;
const described = (): PortalDescription => {
  const { stdin } = resource(types.command, "portal-config") as { stdin: string };
  return JSON.parse(stdin.slice(stdin.indexOf("{"), stdin.lastIndexOf("}") + 1));
};

describe("a portal", () => {
  it("is there where it is asked for, and the stack is described in any case", async () => {
    const { monitoring } = await declare();
    expect(monitoring.portal).toBeUndefined();
    expect(monitoring.urls).not.toHaveProperty("portal");
    expect(monitoring.description.services.map(({ name }) => name)).toContain("prometheus");
    expect(() => resource(types.container, "portal-container")).toThrow();
  });

  it("is told what is watched, itself among it, and is scraped", async () => {
    const { monitoring } = await declare({ silences: true });
    expect(monitoring.urls.portal).toBe("http://localhost:8088/");
    expect(described()).toMatchObject({ stack: "vigie/test", silences: true });
    expect(described().services.map(({ name }) => name)).toEqual(expect.arrayContaining(["prometheus", "portal"]));
    expect(monitoring.proof.jobs.portal).toBe(1);
    expect(monitoring.portal?.password).toBeUndefined();
  });

  it("only reads and asks for a password where silences are not allowed", async () => {
    const { monitoring } = await declare({});
    expect(described().silences).toBe(false);
    expect(monitoring.portal?.password).toBeDefined();
    expect(container().envs).toContain("PORTAL_PASSWORD_FILE=/run/secrets/password");
  });

  it("reaches the stores by flows that it declares, with no right and no writable file", async () => {
    const { host } = await declare({ silences: true });
    const flows = host.paths.flows.filter(({ from }) => from === "portal").map(({ to, port }) => `${to}:${port}`);
    expect(flows).toEqual(expect.arrayContaining(["prometheus:9090"]));
    expect(container()).toMatchObject({ readOnly: true, user: "10001:10001" });
    expect(container().ports ?? []).toEqual([]);
  });

  it("fails where its port is taken", () => {
    const host = new library.LocalDockerHost("local", { checkMachine: false });
    const portal = { port: 9090 };
    expect(() => new library.MonitoringStack("monitoring", { host, sources: [], portal })).toThrow(
      /- portal\.port: got 9090/,
    );
  });
});
