import { expect, test } from "vitest";
import { imageReference, imageSettingsProblems } from "../../config/image-references.ts";
import { imageNames } from "../../config/images.ts";

test("fails on an override of an image that there is not, with the nearest name", () => {
  const [problem] = imageSettingsProblems({ overrides: { posgres: "x" } });
  expect(problem).toContain("images.posgres");
  expect(problem).toContain('did you mean "postgres"?');
});

test("fails on a name that resembles none, with all names", () => {
  const [problem] = imageSettingsProblems({ overrides: { elephantine: "x" } });
  expect(problem).not.toContain("did you mean");
  for (const name of imageNames) expect(problem, name).toMatch(new RegExp(`[ ,]${name}[,.]`));
});

test.each(["https://mirror.example", "mirror.example/", "", "a b"])(
  "fails on the mirror %j with an example",
  (mirror) => {
    const [problem] = imageSettingsProblems({ registryMirror: mirror });
    expect(problem).toContain("registryMirror");
    expect(problem).toContain("mirror.example:5000");
  },
);

test.each(["", "not a reference", "nginx@sha256:12"])("fails on the override %j, naming the image", (reference) => {
  expect(imageSettingsProblems({ overrides: { nginx: reference } })[0]).toContain("images.nginx");
});

test("fails with every problem at once, whichever image is asked for", () => {
  const settings = { registryMirror: "x/", overrides: { ngnix: "a", nod: "b" } as Record<string, string> };
  expect(() => imageReference("prometheus", settings)).toThrow(/registryMirror[\s\S]*ngnix[\s\S]*nod/);
});
