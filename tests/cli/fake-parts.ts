import type { Parts } from "../../cli/parts.ts";
import type { Reporter } from "../../offline/report.ts";

/** A reporter that says nothing. */
export const silent: Reporter = {
  start: () => undefined,
  done: () => undefined,
  fail: () => undefined,
  note: () => undefined,
};

/** What a made-up machine can reach. */
export interface Reach {
  /** Whether Pulumi's downloads can be had. */
  readonly pulumi: boolean;
  /** Whether the registry can be reached. */
  readonly registry: boolean;
  /** Images that Docker has. @default - none */
  readonly present?: readonly string[];
  /** Images that the registry does not have. @default - none */
  readonly refused?: readonly string[];
}

/** A made-up machine, with a record of what was asked of it. */
export interface FakeParts extends Parts {
  /** Downloads that were tried and failed or succeeded, in their order, without further images. */
  readonly tried: string[];
  /** Images that were pulled. */
  readonly pulled: string[];
  /** What `offline/` was asked for, one entry a call. */
  readonly made: string[];
  /** Images that `offline/` was asked for. */
  readonly madeImages: string[];
}

/** A machine with a certain reach. */
export function fakeParts({ pulumi, registry, present = [], refused = [] }: Reach): FakeParts {
  const tried: string[] = [];
  const pulled: string[] = [];
  const made: string[] = [];
  const madeImages: string[] = [];
  const outcome = (ok: boolean, words: string) => ({ ok, words: ok ? "done" : words });
  return {
    tried,
    pulled,
    made,
    madeImages,
    canInstall: true,
    canBuild: true,
    async makeOffline({ cli, plugins, docker, images }) {
      const words = [cli && "cli", plugins && "plugins", docker && "docker", images.length > 0 && "images"];
      const asked = words.filter((word) => word !== false).join(",");
      made.push(asked);
      madeImages.push(...images);
      return docker ? {} : { MADE: asked };
    },
    missingPulumi: () => [
      {
        name: "Pulumi 3.259.0",
        async download(onAlive) {
          tried.push("Pulumi 3.259.0");
          if (pulumi) onAlive();
          return outcome(pulumi, "no such host");
        },
      },
    ],
    hasImage: async (reference) => present.includes(reference),
    async pullImage(reference, _, onAlive) {
      tried.push(reference);
      if (!registry) return outcome(false, "no such host");
      if (refused.includes(reference)) return outcome(false, "manifest unknown");
      onAlive();
      pulled.push(reference);
      return outcome(true, "");
    },
    dockerHost: async (remembered) => remembered,
  };
}
