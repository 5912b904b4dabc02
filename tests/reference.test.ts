import path from "node:path";
import { Application, LogLevel } from "typedoc";
import { expect, it } from "vitest";

const repository = path.resolve(import.meta.dirname, "..");

it("every symbol and field that the library exports says what it is, and no link in it leads nowhere", async () => {
  const app = await Application.bootstrapWithPlugins({
    options: path.join(repository, "typedoc.json"),
    tsconfig: path.join(repository, "tsconfig.build.json"),
    entryPoints: ["components/index.ts", "hosts/kinds/*.ts"].map((file) => path.join(repository, file)),
    logLevel: LogLevel.None,
  });
  const said: string[] = [];
  app.logger.log = (message, level) => {
    if (level >= LogLevel.Warn) said.push(message);
  };
  const project = await app.convert();
  expect(project).toBeDefined();
  if (project === undefined) return;
  app.validate(project);
  // As a program imports them.
  const modules = project.children?.map(({ name }) => name) ?? [];
  expect(modules).toContain("vigie");
  expect(modules).toContain("vigie/tasks/authorized-key");
  expect(modules.filter((name) => !/^vigie(\/tasks\/[a-z-]+)?$/.test(name))).toEqual([]);
  // The fields of what is only inferred are values, such as the names of alerts.
  expect(said.filter((message) => !message.includes(".__type."))).toEqual([]);
  expect(said.length).toBeGreaterThan(1000);
});
