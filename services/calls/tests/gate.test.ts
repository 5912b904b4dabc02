import { expect, test } from "vitest";
import { Gate } from "../gate.ts";

test("lets so many in, has so many wait in order, and turns the rest away at once", async () => {
  const gate = new Gate({ most: 2, waiting: 2 });
  expect([await gate.enter(1000), await gate.enter(1000)]).toEqual(["in", "in"]);
  const order: string[] = [];
  const waiting = ["first", "second"].map(async (who) => {
    const entry = await gate.enter(5000);
    order.push(who);
    return entry;
  });
  expect(await gate.enter(5000)).toBe("full");
  expect([gate.inside, gate.waiting]).toEqual([2, 2]);
  gate.leave();
  gate.leave();
  expect(await Promise.all(waiting)).toEqual(["in", "in"]);
  expect(order).toEqual(["first", "second"]);
  gate.leave();
  gate.leave();
  expect([gate.inside, gate.waiting]).toEqual([0, 0]);
});

test("nobody waits longer than they may, and their place is free", async () => {
  const gate = new Gate({ most: 1, waiting: 1 });
  await gate.enter(0);
  expect(await gate.enter(20)).toBe("late");
  expect(gate.waiting).toBe(0);
  gate.leave();
  expect(await gate.enter(0)).toBe("in");
});

test("with no room to wait, one beyond the most is turned away", async () => {
  const gate = new Gate({ most: 1, waiting: 0 });
  expect([await gate.enter(100), await gate.enter(100)]).toEqual(["in", "full"]);
});

test("with 0 any number is in", async () => {
  const gate = new Gate({ most: 0, waiting: 0 });
  const entries = await Promise.all(Array.from({ length: 500 }, () => gate.enter(0)));
  expect(new Set(entries)).toEqual(new Set(["in"]));
});
