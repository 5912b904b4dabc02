/** An object without the members that are undefined. */
export type Given<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

/**
 * What was given: an argument that is left out takes the default of whoever gets it.
 *
 * @example
 * ```ts
 * new Loki("loki", { host, ...given({ port: args.lokiPort, protect: args.protect }) });
 * ```
 */
export function given<T extends object>(args: T): Given<T> {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as Given<T>;
}
