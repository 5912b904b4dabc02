import { execFileSync } from "node:child_process";

/**
 * The environment of a shell after `eval "$(npm run -s env)"`.
 *
 * @param directory the clone in which it is typed
 * @param env the shell's environment before. @default - that of these tests
 */
export function environmentOf(directory: string, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const lines = execFileSync("npm", ["run", "-s", "env"], { cwd: directory, env, encoding: "utf8" });
  const all = execFileSync("sh", ["-c", `${lines}\nenv -0`], { env, encoding: "utf8" });
  const entries = all.split("\0").filter((entry) => entry.includes("="));
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf("=");
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
}

/** The environment of these tests without the state that they are run with: for a stack that has its own. */
export function withoutState(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^PULUMI_(BACKEND_URL|CONFIG_PASSPHRASE)/.test(name));
  return Object.fromEntries(kept);
}
