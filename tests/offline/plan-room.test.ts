import { expect, test } from "vitest";
import { isGoBuild, planMemoryProblems, planRoom, planRoomProblems } from "../../offline/plan-room.ts";
import { programStep } from "../../offline/programs.ts";
import { cliStep } from "../../offline/pulumi-cli.ts";
import type { Step } from "../../offline/steps.ts";

const step = (id: string, room: Step["room"] = []): Step => ({
  id,
  name: id,
  inputs: "",
  produces: "",
  room,
  run: async () => undefined,
});
const places = { cache: "/cache", dataRoot: "/docker", goCaches: "/cache/go" };

test("a plan's room is what stays of all its steps, and the scratch of one", () => {
  const steps = [
    step("debian", [{ path: "/cache", bytes: 1e9 }]),
    step("image-nginx", [{ path: "/cache", bytes: 8e8 }]),
    step("image-redis", [{ path: "/cache", bytes: 8e8 }]),
  ];
  expect(planRoom(steps, places)).toEqual([
    { path: "/cache", bytes: 520e6 + 1e9 },
    { path: "/docker", bytes: 2 * 150e6 },
  ]);
});

test("Go's caches are asked for once, however many programs are compiled", () => {
  const rooms = planRoom([step("pulumi"), step("go-collector"), step("go-jaeger")], places);
  expect(rooms.filter(({ path }) => path === "/cache/go")).toEqual([{ path: "/cache/go", bytes: 3.6e9 }]);
  expect(["pulumi", "go-collector"].every(isGoBuild)).toBe(true);
  expect(isGoBuild("go")).toBe(false);
});

test("a Go from PyPI takes no more room than the machine's: both keep what they compile in the cache", () => {
  const steps = (own: boolean) => [cliStep("/cache", own), programStep("/cache", "jaeger", own)];
  expect(planRoom(steps(true), places)).toEqual(planRoom(steps(false), places));
});

test("nothing that stays takes no room", () => {
  expect(planRoom([step("docker"), step("container")], places)).toEqual([]);
});

test("fails where places that share a disk have enough each, and not together", async () => {
  const rooms = [
    { path: "/cache", bytes: 2e9 },
    { path: "/cache/go", bytes: 3e9 },
    { path: "/docker", bytes: 1e9 },
  ];
  const device = (path: string) => (path.startsWith("/cache") ? 1 : 2);
  expect(await planRoomProblems(rooms, async () => 4e9, device)).toEqual([
    "What is made here takes 5.0 GB (/cache 2.0 GB, /cache/go 3.0 GB), and 4.0 GB are free there. Free some space " +
      "(`npm run clean` says what can go), or set VIGIE_CACHE to a directory on a larger disk.",
  ]);
  expect(await planRoomProblems(rooms, async () => 5e9, device)).toEqual([]);
});

test("fails where compiling takes more memory than is free, and only where something is compiled", () => {
  expect(planMemoryProblems([step("go-collector")], 1e9)).toEqual([
    "Compiling takes up to 1.9 GB of memory, and 1.0 GB are free. End something, or give this machine more.",
  ]);
  expect(planMemoryProblems([step("go-collector")], 4e9)).toEqual([]);
  expect(planMemoryProblems([step("debian"), step("image-nginx")], 1e9)).toEqual([]);
});
