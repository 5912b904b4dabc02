import { expect, test } from "vitest";
import { parseListing } from "../../cli/containers/docker/objects.ts";
import type { StackObject } from "../../cli/containers/found.ts";
import { keptUrns, planSweep } from "../../cli/down.ts";

const container: StackObject = { kind: "container", id: "1", name: "vigie-dev-edge", data: false };
const scratch: StackObject = { kind: "volume", id: "scratch", name: "scratch", data: false };
const data: StackObject = { kind: "volume", id: "data", name: "data", data: true };
const left = [container, scratch, data];

test("what the destroyed state left over goes, data included", () => {
  expect(planSweep(left, { owned: true, keepData: false, orphans: false })).toEqual({
    remove: left,
    keep: [],
    foreign: [],
  });
});

test("--keep-data keeps the data volumes only", () => {
  expect(planSweep(left, { owned: true, keepData: true, orphans: false })).toEqual({
    remove: [container, scratch],
    keep: [data],
    foreign: [],
  });
});

test("parts of another state stay, and its data stays also with --orphans", () => {
  expect(planSweep(left, { owned: false, keepData: false, orphans: false })).toEqual({
    remove: [],
    keep: [data],
    foreign: [container, scratch],
  });
  expect(planSweep(left, { owned: false, keepData: false, orphans: true })).toEqual({
    remove: [container, scratch],
    keep: [data],
    foreign: [],
  });
});

test("data volumes are kept together with the passwords that open their contents", () => {
  const label = (value: string) => ({ labels: [{ label: "vigie.data", value }] });
  const resources = [
    { urn: "password", type: "random:index/randomPassword:RandomPassword" },
    { urn: "data", type: "docker:index/volume:Volume", inputs: label("true") },
    { urn: "other", type: "docker:index/volume:Volume", inputs: label("false") },
    { urn: "plain", type: "docker:index/volume:Volume", inputs: {} },
    { urn: "container", type: "docker:index/container:Container", inputs: label("true") },
  ];
  expect(keptUrns({ resources, pending: [] })).toEqual(["password", "data"]);
});

test("Docker's listings are understood", () => {
  expect(parseListing("container", "abc\tvigie-dev-edge\n")).toEqual([
    { kind: "container", id: "abc", name: "vigie-dev-edge", data: false },
  ]);
  expect(parseListing("volume", "a\ta\ttrue\nb\tb\t\n")).toEqual([
    { kind: "volume", id: "a", name: "a", data: true },
    { kind: "volume", id: "b", name: "b", data: false },
  ]);
  expect(parseListing("network", "")).toEqual([]);
});
