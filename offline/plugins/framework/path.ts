const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The path of a field inside a property, in Pulumi's notation.
 *
 * @example
 * pathOf("tmpfs", "/run"); // tmpfs["/run"]
 */
export function pathOf(parent: string, key: string): string {
  if (!IDENTIFIER.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
