import { describe, expect, it } from "vitest";
import type { Step, UpEvent } from "../../../cli/up/events.ts";
import { type Component, treeOf } from "../../../cli/up/tree.ts";
import { recorded, until } from "./recorded.ts";

const shown = (events: readonly UpEvent[]) =>
  Object.fromEntries(treeOf(events).components.map(({ name, state, what }) => [name, [state, ...what]]));

describe("components that are new", () => {
  const events = recorded("new");

  it("wait before their turn, are created, and are ready when all that was planned of them is done", () => {
    const begun = until(events, "begun", "alpha-container", "create");
    expect(shown(begun)).toEqual({ alpha: ["creating", "alpha-container"], beta: ["waiting"] });
    const made = until(events, "done", "alpha-container", "create");
    expect(shown(made)).toMatchObject({ alpha: ["waiting"] });
    expect(shown(until(events, "done", "alpha-config", "create"))).toMatchObject({ alpha: ["ready"] });
    expect(shown(events)).toEqual({ beta: ["ready"], alpha: ["ready"] });
  });

  it("wait for health while Docker says so of the container, and no longer", () => {
    const begun = until(events, "begun", "beta-container", "create");
    const waits: UpEvent = { kind: "waiting", containers: ["e-up-alpha"] };
    expect(shown([...begun, waits])).toMatchObject({
      alpha: ["waiting for health", "alpha-container"],
      beta: ["creating", "beta-container"],
    });
    const none: UpEvent = { kind: "waiting", containers: [] };
    expect(shown([...begun, waits, none])).toMatchObject({ alpha: ["creating", "alpha-container"] });
  });

  it("have the time from their first change to their last", () => {
    const at = (name: string, kind: string) => (until(events, kind, name, "create").at(-1) as Step).at;
    const [beta] = treeOf(events).components;
    expect(beta).toMatchObject({ began: at("beta", "begun"), ended: at("beta-config", "done") });
    expect(treeOf(until(events, "begun", "beta-config", "create")).components[0]).not.toHaveProperty("ended");
  });

  it("are whole at the end of the update alone where no preview has said what will come", () => {
    const update = events.filter((event) => !("planned" in event) || !event.planned);
    const all = until(update, "done", "beta-config", "create");
    expect(treeOf(all).components.map(({ complete }) => complete)).toEqual([false, false]);
    expect(shown(update)).toEqual({ beta: ["ready"], alpha: ["ready"] });
  });
});

describe("components that are there", () => {
  const events = recorded("fails");

  it("are replaced, and named by what of them was", () => {
    expect(shown(events)).toMatchObject({ alpha: ["replaced", "alpha-container"] });
    expect(shown(until(events, "begun", "alpha-container", "create-replacement"))).toMatchObject({
      alpha: ["changing", "alpha-container"],
    });
  });

  it("have failed as soon as one of their parts has", () => {
    const failed = until(events, "failed", "beta-container", "create-replacement");
    expect(shown(failed)).toMatchObject({ beta: ["failed", "beta-container"] });
    expect(shown(failed.slice(0, -1))).not.toMatchObject({ beta: ["failed", "beta-container"] });
  });
});

const STACK = "urn:pulumi:dev::x::pulumi:pulumi:Stack::x-dev";
const component = (name: string) => `urn:pulumi:dev::x::vigie:index:Thing::${name}`;

function step(urn: string, op: string, change: Partial<Step> = {}): Step {
  const custom = !urn.includes(":Thing::");
  return { kind: "done", at: 0, planned: false, op, urn, type: "t", custom, parent: STACK, ...change };
}

const END: UpEvent = { kind: "ended", planned: false, changes: {}, seconds: 1, failed: false };

const part = (name: string, of: string, op: string, change: Partial<Step> = {}) =>
  step(`urn:pulumi:dev::x::a:b:C::${name}`, op, { parent: component(of), ...change });

describe("a component", () => {
  it.each([
    ["unchanged", ["same", "same"]],
    ["changed", ["same", "update"]],
    ["changed", ["same", "delete"]],
    ["changed", ["same", "create"]],
    ["replaced", ["same", "create-replacement"]],
    ["ready", ["create", "create"]],
    ["removed", ["delete", "delete"]],
  ])("is %s where it and its part are %j", (state, [own = "", of = ""]) => {
    const { components } = treeOf([step(component("a"), own), part("p", "a", of), END]);
    expect(components.map((one) => one.state)).toEqual([state]);
  });

  it("that was not its turn when the update ended is not reached", () => {
    const planned = part("p", "a", "create", { planned: true });
    expect(treeOf([step(component("a"), "create"), planned, END]).components[0]?.state).toBe("not reached");
  });

  it("that is made before the old one goes is whole before that", () => {
    const events = [
      step(component("a"), "same", { planned: true }),
      part("p", "a", "create-replacement", { planned: true }),
      step(component("a"), "same"),
      part("p", "a", "create-replacement"),
      part("p", "a", "replace"),
    ];
    expect(treeOf(events).components[0]).toMatchObject({ state: "replaced", complete: true });
    expect(treeOf(events.slice(0, 3)).components[0]).toMatchObject({ state: "waiting", complete: false });
  });

  it("is asked from outside by what is named so: then it waits for health", () => {
    const asks = (name: string) => [step(component("a"), "create"), part(name, "a", "create", { kind: "begun" })];
    expect(treeOf(asks("a-ready")).components[0]?.state).toBe("waiting for health");
    expect(treeOf(asks("a-reachable")).components[0]?.state).toBe("waiting for health");
    expect(treeOf(asks("a-ready-made")).components[0]?.state).toBe("creating");
  });

  it("is as far as the least of what it is made of, and no other one's part is its own", () => {
    const events = [
      step(component("a"), "same"),
      step(component("b"), "same", { parent: component("a") }),
      step(component("c"), "same"),
      part("p", "b", "update", { kind: "failed" }),
      END,
    ];
    const [a, c] = treeOf(events).components as [Component, Component];
    expect([a.state, a.children[0]?.state, c.state]).toEqual(["failed", "failed", "unchanged"]);
    expect([a.what, a.children[0]?.what]).toEqual([[], ["p"]]);
  });
});
