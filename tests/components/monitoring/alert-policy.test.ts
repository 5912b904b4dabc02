import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { AlertPolicyArgs, AlertPolicySpec, Receiver } from "../../../components/index.ts";
import { forget, registered, resource, settle, startMocks, types } from "../recorder.ts";

let library: typeof import("../../../components/index.ts");

beforeAll(async () => {
  await startMocks();
  library = await import("../../../components/index.ts");
});
beforeEach(forget);

const pager: Receiver = { kind: "webhook", name: "pager", url: "http://pager.shop.example/" };
const shop = { signals: { scrapeJobs: [{ job: "shop", targets: ["shop-1:5000"] }] } };
const everything: AlertPolicySpec = { name: "everything", notify: { critical: [pager], warning: [pager] } };
const args: AlertPolicyArgs = { services: ["shop"], notify: { critical: [pager], warning: "nobody" } };

/** Alertmanager's routes where these policies are declared. */
async function routesOf(policies: () => readonly (AlertPolicySpec | InstanceType<typeof library.AlertPolicy>)[]) {
  forget();
  const host = new library.LocalDockerHost("local", { checkMachine: false });
  new library.MonitoringStack("monitoring", { host, sources: [shop], policies: policies() });
  await settle();
  const text = String(resource(types.command, "alertmanager-1-config").stdin);
  const file = text.split("#vigie-file: ").find((part) => part.startsWith("alertmanager.yml\n")) ?? "";
  return parse(file.slice("alertmanager.yml".length)).route;
}

describe("an alert policy", () => {
  it("tells the same people as the plain object does", async () => {
    const component = await routesOf(() => [new library.AlertPolicy("slow", args), everything]);
    expect(component).toEqual(await routesOf(() => [{ ...args, name: "slow" }, everything]));
    expect(JSON.stringify(component)).toContain('service=~\\"shop\\"');
  });

  it("is a resource, and the plain object is none", async () => {
    const made = () => registered.filter(({ type }) => type === "vigie:index:AlertPolicy").map(({ name }) => name);
    await routesOf(() => [{ ...args, name: "slow" }, everything]);
    expect(made()).toEqual([]);
    await routesOf(() => [new library.AlertPolicy("slow", args), everything]);
    expect(made()).toEqual(["slow"]);
  });

  it("leaves the names of services and systems to the monitoring that it is handed to", async () => {
    const strange = () => [new library.AlertPolicy("slow", { ...args, services: ["shpo"] }), everything];
    await expect(routesOf(strange)).rejects.toThrow(/policies\.slow\.services: got "shpo".*Did you mean shop\?/);
    const { services: _, ...others } = args;
    const system = () => [new library.AlertPolicy("slow", { ...others, system: "shpo" }), everything];
    await expect(routesOf(system)).rejects.toThrow(/policies\.slow\.system: got "shpo"/);
  });

  it("fails with all that is wrong with it, in the words of who declares it", () => {
    const broken = () =>
      new library.AlertPolicy("slow", {
        services: ["The Shop"],
        notify: { critical: [], warning: [{ ...pager, url: "nonsense" }] },
        groupBy: ["not a label"],
        grouping: { wait: "a while" as "1s" },
        objective: { availability: 100, expectedRate: "5/s" },
      });
    expect(broken).toThrow(/^alert policy "slow" is refused:/);
    let said = "";
    try {
      broken();
    } catch (error) {
      said = String(error);
    }
    expect([...said.matchAll(/^ {2}- (\S+): got /gm)].map(([, property]) => property)).toEqual([
      "services",
      "notify.critical",
      "groupBy",
      "grouping.wait",
      "receivers.pager.url",
      "objective.availability",
    ]);
  });

  it.each<[string, object, RegExp]>([
    ["a field that is none", { ...args, servces: ["shop"] }, /- args: got "servces"; .*Did you mean services\?/],
    ["nobody named", { services: ["shop"] }, /- notify: got nothing; allowed: who is told, by severity/],
    ["a severity that is none", { notify: { urgent: [pager] } }, /- notify: got "urgent"; allowed: a severity/],
    ["services and a system", { ...args, system: "shop" }, /- args: got .*allowed: one of the two/],
  ])("fails with %s", (_, given, message) => {
    expect(() => new library.AlertPolicy("slow", given as AlertPolicyArgs)).toThrow(message);
  });
});
