/** A plug-in of TypeDoc: in the reference, modules are called what a program imports, not where their files are. */

import { type Application, Converter } from "typedoc";

/** What a program imports where a module's file is. */
export function importedAs(module: string): string {
  return module === "components" ? "vigie" : module.replace(/^hosts\/kinds\//, "vigie/tasks/");
}

/** What TypeDoc calls when it starts. */
export function load(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = importedAs(module.name);
  });
}
