import type { Problem } from "../services/problems.ts";
import type { TaskContent } from "./task.ts";

/** The contents of a file that hold no secret. */
export function plainContent(text: string): TaskContent {
  return { text: [text], secrets: [] };
}

/** A file that is one secret. */
export function secretContent(name: string): TaskContent {
  return { text: ["", ""], secrets: [name] };
}

/**
 * A text with values and secrets in the place of `{{name}}`.
 *
 * A name that is in `values` becomes that value; every other is the name of a secret.
 */
export function filledContent(template: string, values: Readonly<Record<string, string>>): TaskContent {
  const text = [""];
  const secrets: string[] = [];
  template.split(/\{\{ *([^{}]*?) *\}\}/).forEach((piece, index) => {
    const value = index % 2 === 0 ? piece : Object.hasOwn(values, piece) ? values[piece] : undefined;
    if (value !== undefined) text[text.length - 1] += value;
    else {
      secrets.push(piece);
      text.push("");
    }
  });
  return { text, secrets };
}

/** Values of a template that it never uses: most likely a mistyped name. */
export function unusedValues(template: string, values: Readonly<Record<string, string>>): Problem[] {
  const used = new Set([...template.matchAll(/\{\{ *([^{}]*?) *\}\}/g)].map(([, name]) => name));
  return Object.keys(values)
    .filter((name) => !used.has(name))
    .map((name) => ({
      property: `values.${name}`,
      given: name,
      allowed: `a name that the template uses; it uses ${[...used].join(", ") || "none"}`,
    }));
}
