import path from "node:path";

/** Every file to those that it imports, as paths; what is not among the files is left out. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Who imports whom, types too: a type that is needed both ways belongs in a third file. */
export function importsOf(files: Readonly<Record<string, string>>): Imports {
  return new Map(
    Object.entries(files).map(([file, text]) => [
      file,
      // Of code alone: an example in a comment imports nothing.
      [...text.replace(/\/\*[\s\S]*?\*\//g, "").matchAll(/^(?:import|export|\}) ?(?:[^"';]*? from )?"(\.[^"]+)"/gm)]
        .map(([, target = ""]) => path.posix.join(path.posix.dirname(file), target))
        .filter((target) => Object.hasOwn(files, target)),
    ]),
  );
}

/** The circles: files that import each other, directly or through others, each circle once and sorted. */
export function circlesOf(imports: Imports): readonly (readonly string[])[] {
  const reaches = (from: string): ReadonlySet<string> => {
    const seen = new Set<string>();
    const todo = [...(imports.get(from) ?? [])];
    for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      todo.push(...(imports.get(file) ?? []));
    }
    return seen;
  };
  const reached = new Map([...imports.keys()].map((file) => [file, reaches(file)]));
  const members = [...imports.keys()].filter((file) => reached.get(file)?.has(file));
  const circles = members.map((file) =>
    members
      .filter((other) => reached.get(file)?.has(other) && reached.get(other)?.has(file))
      .sort()
      .join(" "),
  );
  return [...new Set(circles)].map((circle) => circle.split(" "));
}
