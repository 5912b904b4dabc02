import { expect, test } from "vitest";
import { allRecipes, packageLines, packageSets } from "../../offline/images/packages.ts";
import { imageRecipes, toolRecipes } from "../../offline/images/recipes.ts";
import { baseStep, imageStep, toolRecipeStep } from "../../offline/images/steps.ts";

const recipe = (packages: readonly string[], unpacked: readonly string[] = []) => ({
  ...imageRecipes.nginx,
  packages,
  unpacked,
});

test("each recipe's packages are asked for by themselves, in their order, and what is the same only once", () => {
  expect(packageSets([recipe(["b", "a"]), recipe(["a", "b"], ["c"]), recipe(["b", "a"]), recipe([])])).toEqual([
    { how: "install", packages: ["b", "a"] },
    { how: "install", packages: ["a", "b"] },
    { how: "unpack", packages: ["c"] },
  ]);
});

test("every recipe's packages are among them", () => {
  const asked = packageSets().map(({ packages }) => packages.join(" "));
  expect(allRecipes).toHaveLength(Object.keys(imageRecipes).length + Object.keys(toolRecipes).length);
  for (const { packages } of allRecipes) expect(asked).toContain(packages.join(" "));
  expect(asked).toContain(imageRecipes.wordpress.unpacked?.join(" "));
});

test("what is needed now comes first, and all else after it, each once", () => {
  const lines = packageLines([imageRecipes.nginx, imageRecipes.wordpress]).trimEnd().split("\n");
  expect(lines.slice(0, 3)).toEqual([
    "needed install nginx",
    expect.stringMatching(/^needed install php8\.4-fpm /),
    expect.stringMatching(/^needed unpack wordpress /),
  ]);
  expect(lines.slice(3).every((line) => line.startsWith("other "))).toBe(true);
  expect(lines).toHaveLength(packageSets().length);
});

test("the base is the same for whoever needs it, and what takes its packages from it has it made anew", () => {
  expect(baseStep("/cache", [imageRecipes.nginx]).inputs).toBe(baseStep("/cache").inputs);
  expect(imageStep("/cache", "nginx").remakes).toEqual([baseStep("/cache").id]);
  expect(toolRecipeStep("/cache", "promtool").remakes).toEqual([baseStep("/cache").id]);
});
