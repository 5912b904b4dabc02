import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serviceSuites } from "../../cli/test.ts";

test("every workload or system with a test.sh is a suite, in the order of the folders", () => {
  const directory = mkdtempSync(join(tmpdir(), "vigie-services-"));
  for (const folder of ["shop/orders", "shop/catalog", "shop/pages", "blog/web", "surveys"]) {
    mkdirSync(join(directory, folder), { recursive: true });
    if (folder !== "shop/pages") writeFileSync(join(directory, folder, "test.sh"), "");
  }
  expect(serviceSuites(directory)).toEqual([
    { name: "blog-web", script: join(directory, "blog/web/test.sh") },
    { name: "shop-catalog", script: join(directory, "shop/catalog/test.sh") },
    { name: "shop-orders", script: join(directory, "shop/orders/test.sh") },
    { name: "surveys", script: join(directory, "surveys/test.sh") },
  ]);
});

test("this repository's catalog is among them", () => {
  expect(serviceSuites().map(({ name }) => name)).toContain("storefront-catalog");
});
