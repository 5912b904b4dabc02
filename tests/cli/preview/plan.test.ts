import { describe, expect, it } from "vitest";
import { planOf } from "../../../cli/preview/plan.ts";
import { END, outputsEvent, stepEvent, told } from "./events.ts";

describe("planOf", () => {
  it("makes one replacement of the engine's three steps, with what differs", () => {
    const three = ["create-replacement", "replace", "delete-replaced"].map((op) =>
      stepEvent({ op, name: "catalog-1", old: { image: "a" }, new: { image: "b" }, diffs: ["image"] }),
    );
    const { resources, project, stack } = planOf(told(...three, END));
    expect({ project, stack }).toEqual({ project: "shop", stack: "dev" });
    expect(resources).toEqual([
      expect.objectContaining({
        name: "catalog-1",
        operation: "replace",
        old: { image: "a" },
        new: { image: "b" },
        differs: ["image"],
      }),
    ]);
  });

  it("has only an old side of what is deleted, and only a new one of what is created", () => {
    const gone = stepEvent({ op: "delete", name: "a", old: { name: "a" }, protect: true });
    const made = stepEvent({ op: "create", name: "b", new: { name: "b" } });
    const [first, second] = planOf(told(gone, made, END)).resources;
    expect(first).toEqual(expect.objectContaining({ operation: "delete", old: { name: "a" }, protect: true }));
    expect(first).not.toHaveProperty("new");
    expect(second).toEqual(expect.objectContaining({ operation: "create", new: { name: "b" }, protect: false }));
    expect(second).not.toHaveProperty("old");
  });

  it("leaves out what is only a name for others: the stack, providers and components", () => {
    const names = ["pulumi:pulumi:Stack", "pulumi:providers:docker", "vigie:index:Postgres"];
    const steps = names.map((type) => stepEvent({ op: "create", name: "x", type, new: {} }));
    expect(planOf(told(...steps, END)).resources).toEqual([]);
  });

  it("takes the outputs that the program gives, not the empty ones from before it has run", () => {
    const plan = planOf(told(outputsEvent({}, {}), outputsEvent({ flows: [1] }, { flows: [2] }), END));
    expect(plan).toMatchObject({ oldOutputs: { flows: [1] }, newOutputs: { flows: [2] } });
  });

  it("says that nothing is deployed where all is new", () => {
    expect(planOf(told(stepEvent({ op: "create", name: "a", new: {} }), END)).deployed).toBe(false);
    expect(planOf(told(stepEvent({ op: "same", name: "a", old: {}, new: {} }), END)).deployed).toBe(true);
  });

  it("keeps warnings and errors without colours, and never reads what is for debugging", () => {
    const say = (severity: string, message: string) => ({
      diagnosticEvent: { prefix: `${severity}: `, message, severity },
    });
    const text = told(
      say("debug", "password hunter2"),
      say("warning", "<{%fg 11%}>look<{%reset%}>\n"),
      say("warning", "Undefined value (grafanaPassword) will not show as a stack output.\n"),
      say("info", "by the way"),
      stepEvent({ op: "same", name: "a", old: {}, new: {} }),
    );
    const plan = planOf(`not JSON\n${text}{"cut`);
    expect(plan.messages).toEqual(["look"]);
    expect(plan.complete).toBe(false);
    expect(JSON.stringify(plan)).not.toContain("hunter2");
  });

  it("fails where no plan was told", () => {
    expect(() => planOf("error: no stack named dev\n")).toThrow("the engine told no plan: there is nothing to report.");
  });
});
