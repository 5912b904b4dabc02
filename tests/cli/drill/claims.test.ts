import { describe, expect, it } from "vitest";
import { agree, type Claim, type Exercise, exercisesOf, startable } from "../../../cli/drill/claims.ts";
import { planned, stop } from "./plans.ts";

const users = { postgres: ["catalog", "orders"] };
const of = (service: string) => ({ labels: { service } });

describe("exercisesOf", () => {
  it("does a fault once for all alerts that tell of it", () => {
    const exercises = exercisesOf(
      [
        planned("TargetDown", { fault: stop("orders"), ...of("orders") }),
        planned("RedisDown", { fault: stop("redis"), ...of("redis") }),
        planned("ProbeFailed", { fault: stop("orders"), ...of("orders"), visited: "http://localhost/api/orders" }),
      ],
      users,
    );
    expect(exercises.map(({ id, alerts }) => [id, alerts.map(({ alert }) => alert)])).toEqual([
      ["1", ["TargetDown", "ProbeFailed"]],
      ["2", ["RedisDown"]],
    ]);
    expect(exercises[0]?.visited).toBe("http://localhost/api/orders");
  });

  it("comes in the order that lasts shortest: what mutes others, then what takes longest", () => {
    const bounds = (detect: number, notify: number, resolve: number) => ({ bounds: { detect, notify, resolve } });
    const exercises = exercisesOf(
      [
        planned("Short", { fault: stop("a"), ...bounds(1, 1, 1) }),
        planned("LongToNotice", { fault: stop("b"), ...bounds(90, 1, 1) }),
        planned("LongToTell", { fault: stop("c"), ...bounds(1, 95, 1) }),
        planned("LongToEnd", { fault: stop("d"), ...bounds(1, 1, 99) }),
        planned("Quick", { fault: stop("e"), ...bounds(1, 1, 1) }),
        planned("Muting", { fault: stop("e"), mutes: ["catalog"], ...bounds(2, 2, 2) }),
        planned("MutingLonger", { fault: stop("f"), mutes: ["catalog"], ...bounds(3, 3, 3) }),
      ],
      users,
    );
    expect(exercises.map(({ id, alerts }) => [id, ...alerts.map(({ alert }) => alert)])).toEqual([
      ["1", "MutingLonger"],
      ["2", "Quick", "Muting"],
      ["3", "LongToEnd"],
      ["4", "LongToTell"],
      ["5", "LongToNotice"],
      ["6", "Short"],
    ]);
    expect(exercisesOf([planned("Undrillable")], users)).toEqual([]);
  });

  it("is alone where one of its alerts is, and has the visitors of the one that has some", () => {
    const [exercise] = exercisesOf(
      [
        planned("First", { fault: stop("x") }),
        planned("Second", { fault: stop("x"), alone: true }),
        planned("Third", { fault: stop("x"), alone: false, visited: "http://x/", hostname: "x.example" }),
      ],
      users,
    );
    expect(exercise).toMatchObject({
      alone: true,
      claims: [{ name: "*" }],
      visited: "http://x/",
      hostname: "x.example",
    });
    const [other] = exercisesOf([planned("First", { fault: stop("x"), alone: false })], users);
    expect(other).toEqual({ ...other, alone: false });
    expect(other).not.toHaveProperty("visited");
    expect(other).not.toHaveProperty("hostname");
  });

  it("has visitors ask for the host name of the one that they visit", () => {
    const visit = { visited: "http://localhost/", hostname: "blog.localhost" };
    const [exercise] = exercisesOf([planned("ErrorBudgetBurnsFast", { fault: stop("blog"), ...visit })], users);
    expect(exercise).toMatchObject(visit);
  });

  it.each<[string, Parameters<typeof planned>[1], readonly Claim[]]>([
    [
      "what it is done to, and all who use that",
      { fault: stop("postgres"), ...of("postgres") },
      [{ name: "postgres" }, { name: "catalog" }, { name: "orders" }, { name: "edge", shared: true }],
    ],
    [
      "who tells of it, where that is another one",
      { fault: stop("switch"), ...of("alertmanager") },
      [{ name: "switch" }, { name: "alertmanager" }],
    ],
    [
      "not Prometheus, which counts what was done to another one",
      { fault: stop("node"), ...of("prometheus") },
      [{ name: "node" }],
    ],
    [
      "the edge with others, where visitors reach it",
      { fault: stop("orders"), ...of("orders"), visited: "http://x/" },
      [{ name: "orders" }, { name: "edge", shared: true }],
    ],
    [
      "the edge alone, where the edge tells",
      { fault: stop("orders"), ...of("edge"), visited: "http://x/" },
      [{ name: "orders" }, { name: "edge" }],
    ],
    [
      "nothing of the stack, for a container of its own",
      {
        fault: { kind: "visitor", does: "restarts" },
        ...of("drill"),
      },
      [{ name: "drill" }],
    ],
    [
      "a certificate, which nothing else is about",
      { fault: { kind: "certificate", containers: { component: "edge" }, endsIn: 60 }, ...of("edge") },
      [{ name: "certificate" }],
    ],
    [
      "everything, where the monitoring itself goes",
      { fault: stop("prometheus"), ...of("monitoring"), alone: true },
      [{ name: "*" }],
    ],
  ])("claims %s", (_, more, claims) => {
    expect(exercisesOf([planned("Any", more)], users, ["orders", "shop"])[0]?.claims).toEqual(claims);
  });
});

describe("agree", () => {
  it.each<[readonly Claim[], readonly Claim[], boolean]>([
    [[{ name: "a" }], [{ name: "b" }], true],
    [[{ name: "a" }], [{ name: "b" }, { name: "a" }], false],
    [[{ name: "a", shared: true }], [{ name: "a", shared: true }], true],
    [[{ name: "a", shared: true }], [{ name: "a" }], false],
    [[{ name: "*" }], [{ name: "b" }], false],
    [[], [{ name: "*" }], false],
  ])("%j and %j: %s", (one, other, expected) => {
    expect(agree(one, other)).toBe(expected);
    expect(agree(other, one)).toBe(expected);
  });
});

describe("startable", () => {
  const exercise = (id: string, claims: readonly string[], alone = false): Exercise => ({
    id,
    fault: stop(id),
    alerts: [],
    claims: alone ? [{ name: "*" }] : claims.map((name) => ({ name })),
    alone,
  });
  const [a, b, ab, whole] = [
    exercise("a", ["a"]),
    exercise("b", ["b"]),
    exercise("ab", ["a", "b"]),
    exercise("whole", [], true),
  ];

  it.each<[string, readonly Exercise[], readonly Exercise[], number, readonly Exercise[]]>([
    ["all that get along", [a, b], [], 6, [a, b]],
    ["in their order", [ab, a, b], [], 6, [ab]],
    ["what runs already is not disturbed", [ab, b], [a], 6, [b]],
    ["as many at once as may be", [a, b], [], 1, [a]],
    ["none where as many run", [b], [a], 1, []],
    ["what needs the whole stack comes last", [whole, a], [], 6, [a]],
    ["and waits for the others' end", [whole], [a], 6, []],
    ["then it comes", [whole], [], 6, [whole]],
    ["one after the other", [whole, exercise("other", [], true)], [], 6, [whole]],
  ])("%s", (_, waiting, running, most, expected) => {
    expect(startable(waiting, running, most).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
  });
});
