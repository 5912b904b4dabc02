import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { blocksUnder, readmeBlocks } from "./readme.ts";
import { commandsOf, FOLLOWED, readmeCommands, readmeScript, WHOLE, WITHOUT_DOCKER } from "./readme-script.ts";

const manifest = JSON.parse(readFileSync(path.join(import.meta.dirname, "../package.json"), "utf8")) as {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
};

describe("the blocks under a heading", () => {
  const page = [
    "# A",
    "## B",
    "Do:",
    "",
    "```sh",
    "one",
    "two",
    "```",
    "",
    "The file, `x.ts`, is:",
    "",
    "```ts",
    "1;",
    "```",
  ];

  it("are those of its section, with the names of their files", () => {
    const markdown = [...page, "## C", "```sh", "three", "```", ""].join("\n");
    expect(blocksUnder("B", markdown)).toEqual([
      { language: "sh", text: "one\ntwo\n" },
      { language: "ts", text: "1;\n", file: "x.ts" },
    ]);
  });

  it("fails where the heading is not there", () => {
    expect(() => blocksUnder("D", page.join("\n"))).toThrow('no heading "D"');
  });
});

describe("README's program of one's own", () => {
  const blocks = readmeBlocks("In your own program");

  it("is a script, its project, a program of at most twenty lines, and another script", () => {
    expect(blocks.map(({ language, file }) => file ?? language)).toEqual(["sh", "Pulumi.yaml", "index.ts", "sh"]);
    expect(blocks[2]?.text.trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  });

  it("installs the versions that this repository is tested with", () => {
    const asked = [...(blocks[0]?.text ?? "").matchAll(/(?<=\s)(@?[a-z][a-z/]*)@(\d[\d.]*)/g)];
    expect(Object.fromEntries(asked.map(([, name = "", version]) => [name, version]))).toEqual(
      Object.fromEntries(Object.entries(manifest.devDependencies).filter(([name]) => name.includes("pulumi"))),
    );
    expect(blocks[0]?.text).toContain(`./vigie-${manifest.version}.tgz`);
  });
});

describe("README as a script", () => {
  const readme = readFileSync(path.join(import.meta.dirname, "../README.md"), "utf8");

  it.each([
    ["a line each", "one\ntwo\n", ["one", "two"]],
    ["one over several lines", "one \\\n  --two\nthree\n", ["one \\\n  --two", "three"]],
    ["a loop", "until one\ndo two; done\nthree\n", ["until one\ndo two; done", "three"]],
    ["a remark and an empty line", "one # it's so\n\ntwo\n", ["one # it's so", "two"]],
  ])("takes commands as the shell does: %s", (_, text, commands) => {
    expect(commandsOf(text)).toEqual(commands);
  });

  it("fails at what is no whole command", () => {
    expect(() => commandsOf("one\nuntil two\n")).toThrow("this is no whole command: until two");
  });

  it("has every block for the shell that README has, but those under no heading that is followed", () => {
    const all = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);
    const typed = all.filter((heading) => blocksUnder(heading, readme).some(({ language }) => language === "sh"));
    expect(typed).toEqual(Object.keys(FOLLOWED));
  });

  it("leaves out of the whole what takes registries, another machine or minutes, and nothing else", () => {
    const left = readmeScript(readme, WHOLE).match(
      /(?<=^printf '# left out, takes \w+: %s\\n' ').*?(?= {2}|'$| \\$)/gm,
    );
    expect(left).toEqual([
      "npm test",
      "npm run pin",
      "docker run --detach --name hello --network vigie-dev-routes",
      "curl http://hello.localhost/",
      "npm run trust -- --stack shop",
      "npm run up -- --stack shop",
    ]);
  });

  it("runs without Docker what needs none", () => {
    const run = readmeCommands(readme).filter(({ need }) => need === undefined || !WITHOUT_DOCKER.includes(need));
    expect(run.map(({ text }) => text.split(/ {2}|\n| \\/)[0])).toEqual([
      'eval "$(npm run -s env)"',
      "npm run draw",
      "npm run clean",
      "npx pulumi stack init shop",
      "npx pulumi config set vigie:host ssh://deploy@192.0.2.10 --stack shop",
      "npx pulumi config set vigie:setupHost true --stack shop",
      "mkdir my-shop && cd my-shop",
      '(cd ../vigie && npm run -s build && npm pack --silent --pack-destination "$OLDPWD")',
      "npm init --yes >/dev/null && npm pkg set type=module",
      "npm install --ignore-scripts ./vigie-0.1.0.tgz pulumi@3.259.0 @pulumi/pulumi@3.259.0",
      "mkdir pages && echo '<h1>Open</h1>' >pages/index.html",
      expect.stringMatching(/^printf 'ARG NGINX_BASE.*>pages\/Dockerfile$/),
      'export PULUMI_BACKEND_URL="file://$PWD" PULUMI_CONFIG_PASSPHRASE=one-of-yours',
      'eval "$(npx vigie env)"',
      "npx pulumi stack init dev",
    ]);
  });
});
