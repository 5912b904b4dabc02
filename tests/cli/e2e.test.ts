import { expect, test } from "vitest";
import { e2eArguments } from "../../cli/e2e.ts";

test("without --images all arguments are vitest's", () => {
  expect(e2eArguments(["tests/e2e/changes", "--bail", "1"])).toEqual({ rest: ["tests/e2e/changes", "--bail", "1"] });
});

test.each([[["--images", "official", "tests/e2e/ssh"]], [["tests/e2e/ssh", "--images=official"]]])(
  "the makers' images are asked for wherever it stands: %j",
  (args) => {
    expect(e2eArguments(args)).toEqual({ images: "official", rest: ["tests/e2e/ssh"] });
  },
);

test.each([
  [["--images", "offline"], 'got "offline"'],
  [["--images=Official"], 'got "Official"'],
  [["--images="], 'got ""'],
  [["--images"], "got nothing"],
])("fails for other images, with the one word that there is: %j", (args, given) => {
  expect(() => e2eArguments(args)).toThrow(
    `--images: ${given}; allowed: "official": the makers' images, with Loki and Grafana. Leave it out`,
  );
});

test("fails with every value that is none, not only with the first", () => {
  expect(() => e2eArguments(["--images", "a", "--images", "b"])).toThrow(/"a"[\s\S]*"b"/);
});
