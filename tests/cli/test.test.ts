import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serviceSuites } from "../../cli/test.ts";

test("every workload with a test.sh is a suite, in the order of the folders", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-services-"));
  for (const folder of ["shop/orders", "shop/catalog", "shop/pages", "blog/web"]) {
    mkdirSync(join(directory, folder), { recursive: true });
    if (folder !== "shop/pages") writeFileSync(join(directory, folder, "test.sh"), "");
  }
  expect(serviceSuites(directory)).toEqual([
    { name: "web", script: join(directory, "blog/web/test.sh") },
    { name: "catalog", script: join(directory, "shop/catalog/test.sh") },
    { name: "orders", script: join(directory, "shop/orders/test.sh") },
  ]);
});

test("this repository's catalog is among them", () => {
  expect(serviceSuites().map(({ name }) => name)).toContain("catalog");
});
