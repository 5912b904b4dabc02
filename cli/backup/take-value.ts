/** An option with a value that only one command has. */

/**
 * Takes `--<name> <value>` or `--<name>=<value>` out of a command line.
 *
 * @throws Error when it has no value, or is there twice
 */
export function takeValue(
  args: readonly string[],
  name: string,
): { readonly value: string | undefined; readonly rest: readonly string[] } {
  const flag = `--${name}`;
  const rest: string[] = [];
  const values: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? "";
    if (word === flag) values.push(args[++index] ?? "");
    else if (word.startsWith(`${flag}=`)) values.push(word.slice(flag.length + 1));
    else rest.push(word);
  }
  const [value] = values;
  if (values.length > 1) throw new Error(`${flag} is given ${values.length} times: give it once.`);
  if (value === "" || value?.startsWith("-")) throw new Error(`${flag} needs a value: ${flag} <directory>.`);
  return { value, rest };
}
