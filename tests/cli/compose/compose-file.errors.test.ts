import { expect, test } from "vitest";
import { renderCompose } from "../../../cli/compose/compose-file.ts";
import { CONTAINER } from "../../../cli/resource-kinds.ts";
import { container, resource } from "./resources.ts";

test("fails with the property that is not rendered", () => {
  const odd = resource(CONTAINER, "odd", { ...container("odd", {}).inputs, devices: ["/dev/null"] });
  expect(() =>
    renderCompose([odd], { secrets: "/s", directory: (path) => path, volume: (name) => name, stack: "b" }),
  ).toThrow(/does not render devices of .*odd: add it/);
});
