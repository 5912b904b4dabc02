import { expect, test } from "vitest";
import { parseResources } from "../../../cli/compose/resources.ts";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

test("fails where secrets are still encrypted", () => {
  const inputs = { password: { ...SECRET, ciphertext: "v1:abc" } };
  const text = JSON.stringify({ deployment: { resources: [{ urn: "u", type: "t", inputs }] } });
  expect(() => parseResources(text)).toThrow("--show-secrets");
});
