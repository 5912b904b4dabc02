import { describe, expect, it } from "vitest";
import { flowTarget } from "../../services/flow.ts";

describe("flowTarget", () => {
  it.each([
    ["vigie-dev-postgres:5432", "vigie-dev-postgres", 5432],
    ["http://vigie-dev-edge:8000/films?query=star", "vigie-dev-edge", 8000],
    ["https://hooks.shop.example/T1", "hooks.shop.example", 443],
    ["http://hooks.shop.example", "hooks.shop.example", 80],
    ["192.0.2.20:9443", "192.0.2.20", 9443],
  ])("finds host and port of %s", (address, host, port) => {
    expect(flowTarget(address)).toEqual({ host, port });
  });

  it.each([
    "localhost:9090",
    "127.0.0.1:9090",
    "http://localhost/",
    "vigie-dev-postgres",
    "",
    "http://user@shop.example/",
  ])("leads nowhere for %j", (address) => {
    expect(flowTarget(address)).toBeUndefined();
  });
});
