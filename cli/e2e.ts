/** `npm run e2e`: the tests on a real deployment. */

import { type Problem, refuseIf } from "../services/problems.ts";
import { surroundings } from "./surroundings.ts";
import { vitest } from "./test.ts";

/** The variable that tells the tests which images the deployments run; `official`, or not set. */
export const IMAGES_VARIABLE = "VIGIE_E2E_IMAGES";

/** What a command line asks for. */
export interface E2eArguments {
  /**
   * `official`: the makers' images, pulled, and so the tests of Loki and Grafana too.
   *
   * @default - what `npm run up` brings here
   */
  readonly images?: "official";
  /** Arguments for vitest. */
  readonly rest: readonly string[];
}

/**
 * Reads a command line: `[--images official] [arguments of vitest]`.
 *
 * @throws DeclarationError with every value of `--images` that is none.
 */
export function e2eArguments(args: readonly string[]): E2eArguments {
  const given: (string | undefined)[] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? "";
    if (word === "--images") given.push(args[++at]);
    else if (word.startsWith("--images=")) given.push(word.slice("--images=".length));
    else rest.push(word);
  }
  const problems = given.flatMap((value): Problem[] =>
    value === "official"
      ? []
      : [
          {
            property: "--images",
            given: value,
            allowed: '"official": the makers\' images, with Loki and Grafana',
            fix: "Leave it out to test what `npm run up` brings here.",
          },
        ],
  );
  refuseIf("npm run e2e", problems);
  return { ...(given.length > 0 ? { images: "official" } : {}), rest };
}

/**
 * Runs vitest's e2e project with the variables that `npm run env` prints. With `--images official` the deployments are
 * told to pull (`npm run up -- --online`), and what speaks to Loki and Grafana is tried, too.
 *
 * @throws DeclarationError where `--images` has another value.
 */
export async function e2e(args: readonly string[]): Promise<number> {
  const { images, rest } = e2eArguments(args);
  const { env } = await surroundings("dev");
  const { [IMAGES_VARIABLE]: _, ...others } = env;
  return await vitest("e2e", rest, images === undefined ? others : { ...others, [IMAGES_VARIABLE]: images });
}
