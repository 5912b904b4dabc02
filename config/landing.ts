import { type Problem, refuseIf } from "../services/problems.ts";
import type { ConfigFile } from "./config-file.ts";
import { throwAway } from "./throw-away.ts";

/** How files reach a directory of the host that a running program reads. */
export interface Landing {
  /** Absolute directory on the host. It is bind-mounted read-only into the program's container. */
  readonly directory: string;
  /** Who owns these files: several owners may put files into one directory, each sees only its own. */
  readonly owner: string;
  /** The program's own check of the files. @default - none: the program has no checker */
  readonly check?: LandingCheck;
  /** What makes the running program read the files. @default - nothing: it watches them */
  readonly reload?: LandingReload;
}

/** A command in a throw-away container of the same image that will read the files. */
export interface LandingCheck {
  /** The image's reference. */
  readonly image: string;
  /** `uid:gid` that the program runs as. */
  readonly user: string;
  /** The checker and its arguments. */
  readonly command: readonly string[];
  /** Where the files are in the container. */
  readonly mountPath: string;
  /** Name of a volume with secrets that the files name, as the program finds them in /run/secrets. @default - none */
  readonly secretsVolume?: string;
  /** Label of the throw-away container, so that a leftover is known as ours. */
  readonly label: string;
}

/** A command inside the running container. */
export interface LandingReload {
  /** Name of the container, or of several. Where one does not run, nothing is done: it reads the files when it starts. */
  readonly container: string | readonly string[];
  /** The command and its arguments. */
  readonly command: readonly string[];
}

const MARK = "#vigie-file: ";

/**
 * The files as one text for the landing script's standard input: readable, so that a preview shows what changes.
 *
 * @throws DeclarationError when a path leaves the directory, is given twice, or a content cannot be told from a mark.
 */
export function renderLandingInput(files: readonly ConfigFile[]): string {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const { path, content } of files) {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path)) {
      problems.push({ property: "path", given: path, allowed: "a relative path of letters, digits, . _ - and /" });
    }
    if (seen.has(path)) problems.push({ property: "path", given: path, allowed: "each path once" });
    seen.add(path);
    if (content.split("\n").some((line) => line.startsWith(MARK))) {
      problems.push({ property: path, given: MARK, allowed: `no line that starts with ${JSON.stringify(MARK)}` });
    }
    if (!content.endsWith("\n")) {
      problems.push({ property: path, given: content.slice(-20), allowed: "text that ends with a line break" });
    }
  }
  refuseIf("a configuration directory", problems);
  return files.map(({ path, content }) => `${MARK}${path}\n${content}`).join("");
}

/** The files of a text that {@link renderLandingInput} made: path to content. */
export function parseLandingInput(text: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  let path: string | undefined;
  for (const line of text.split("\n").slice(0, -1)) {
    if (line.startsWith(MARK)) {
      path = line.slice(MARK.length);
      files[path] = "";
    } else if (path !== undefined) files[path] += `${line}\n`;
  }
  return files;
}

/**
 * The POSIX shell script that lands files on a host: stage, check, put in place, reload. The same script serves a
 * local host and one that is reached by SSH; it needs `awk` and, for a check or a reload, the `docker` command.
 *
 * A file that its checker refuses never reaches the directory: the script ends with the checker's words. Each file is
 * put in place by a rename, so a program never reads half of one. A file that did not change is not touched. A file
 * that the owner had landed before and no longer has is removed. The script may be cut off at any point and run again.
 */
export function renderLandingScript(landing: Landing): string {
  return [
    "set -eu",
    "umask 022",
    `dir=${quote(landing.directory)}`,
    `owner=${quote(landing.owner)}`,
    'stage="$dir.stage/$owner"',
    'list="$dir.owners/$owner"',
    'rm -rf "$stage"',
    'mkdir -p "$dir" "$stage" "$dir.owners"',
    // In the stage's own directory: the names of files are checked, that of the directory may hold anything.
    `(cd "$stage" && awk -v list=../"$owner".list '`,
    'BEGIN { printf "" > list }',
    "/^#vigie-file: / { file = substr($0, 14); print file > list; parent = file",
    '  if (sub("/[^/]*$", "", parent)) system("mkdir -p " parent); next }',
    "{ print > file }')",
    ...(landing.check === undefined ? [] : checkLines(landing.check)),
    "while IFS= read -r file; do",
    '  mkdir -p "$(dirname "$dir/$file")"',
    '  cmp -s "$stage/$file" "$dir/$file" || mv -f "$stage/$file" "$dir/$file"',
    'done < "$stage.list"',
    'if [ -f "$list" ]; then',
    '  while IFS= read -r file; do grep -qxF -e "$file" "$stage.list" || rm -f "$dir/$file"; done < "$list"',
    "fi",
    'mv -f "$stage.list" "$list"',
    'rm -rf "$stage"',
    ...(landing.reload === undefined ? [] : reloadLines(landing.reload)),
    "",
  ].join("\n");
}

/** The script that takes an owner's files back, and the directory with them when they were the last. */
export function renderLandingRemoval(landing: Landing): string {
  return [
    "set -eu",
    `dir=${quote(landing.directory)}`,
    `list="$dir.owners/"${quote(landing.owner)}`,
    'if [ -f "$list" ]; then',
    '  while IFS= read -r file; do rm -f "$dir/$file"; done < "$list"',
    '  rm -f "$list"',
    "fi",
    `rm -rf "$dir.stage/"${quote(landing.owner)}`,
    // One by one: a directory is empty only when the one in it has gone.
    '[ ! -d "$dir" ] || find "$dir" "$dir.owners" "$dir.stage" -depth -type d -empty -exec rmdir {} \\; 2>/dev/null || true',
    "",
  ].join("\n");
}

function checkLines(check: LandingCheck): string[] {
  const [program = "", ...rest] = check.command;
  const run = throwAway({
    image: quote(check.image),
    command: [quote(program), ...rest.map(quote)],
    user: quote(check.user),
    memory: 256,
    temporary: true,
    label: quote(check.label),
    volumes: [
      ...(check.secretsVolume === undefined ? [] : [`${quote(check.secretsVolume)}:/run/secrets:ro`]),
      `"$stage":${quote(check.mountPath)}:ro`,
    ],
  });
  return [
    `if ! words=$(${run} 2>&1); then`,
    `  printf '%s\\n' "The new files for $owner were refused. Nothing was changed; the old ones stay in use. The checker says:" "$words" >&2`,
    '  rm -rf "$stage" "$stage.list"',
    "  exit 1",
    "fi",
  ];
}

function reloadLines(reload: LandingReload): string[] {
  return [reload.container].flat().flatMap((container) => {
    const name = quote(container);
    return [
      `if [ "$(docker container inspect --format '{{.State.Running}}' ${name} 2>/dev/null)" = true ]; then`,
      `  docker exec ${name} ${reload.command.map(quote).join(" ")}`,
      "fi",
    ];
  });
}

/** A word for a POSIX shell. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
