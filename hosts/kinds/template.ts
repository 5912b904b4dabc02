import { filledContent, unusedValues } from "../content.ts";
import type { Task } from "../task.ts";
import { type FileOptions, fileTask } from "./file.ts";

/** Arguments of {@link template}. */
export interface TemplateArgs extends FileOptions {
  /** The text, with `{{name}}` where a value or a secret of the HostSetup goes. */
  readonly template: string;
  /** Values by name. Every other name is that of a secret. @default {} */
  readonly values?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A file that is made of a text and of values. A template that uses a secret is never shown.
 *
 * @example
 * ```ts
 * template({ path: "/etc/app.conf", mode: "0600", template: "port={{port}}\npassword={{db}}\n", values: { port: 80 } })
 * ```
 */
export function template(args: TemplateArgs): Task {
  const values = Object.fromEntries(Object.entries(args.values ?? {}).map(([name, value]) => [name, String(value)]));
  const content = filledContent(args.template, values);
  return fileTask("template", args, content, unusedValues(args.template, values));
}
