import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { fingerprintOf, withPin } from "../../cli/trust.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMRZeIEF8PdW2CROpbMa6axlKW+VmXvzt6zca3n9kKPn";

test("a fingerprint is the one that ssh-keygen prints", () => {
  const printed = execFileSync("ssh-keygen", ["-l", "-f", "-"], { input: `${KEY}\n`, encoding: "utf8" });
  expect(printed.split(" ")[1]).toBe(fingerprintOf(KEY));
});

test("a new key of a host takes the place of its old one, and of no other host's", () => {
  const before = withPin(withPin("", "192.0.2.10", OTHER), "[192.0.2.10]:2222", OTHER);
  expect(withPin(before, "192.0.2.10", KEY)).toBe(`[192.0.2.10]:2222 ${OTHER}\n192.0.2.10 ${KEY}\n`);
});

test("a key that was kept under a name with capitals is replaced, not kept beside the new one", () => {
  expect(withPin(`Shop.Example ${OTHER}\nweb ${OTHER}\n`, "shop.example", KEY)).toBe(
    `web ${OTHER}\nshop.example ${KEY}\n`,
  );
});
