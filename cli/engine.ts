/** What Pulumi's engine writes, as several commands read it. */

/** Name of a resource in the program, from its URN. */
export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? urn;

/** Whether a message tells of an output without a value: that is how a program says that a stack does not have something. */
export const isOfNoOutput = (message: string): boolean =>
  /^(warning: )?Undefined value \(\w+\) will not show as a stack output\.$/.test(message);
