import path from "node:path";
import { defineConfig } from "vitest/config";
import { ByName } from "./tests/e2e/order.ts";

const alias = [
  { find: /^vigie$/, replacement: path.resolve(import.meta.dirname, "components/index.ts") },
  { find: /^vigie\/stores\/(.*)$/, replacement: path.resolve(import.meta.dirname, "components/stores/$1.ts") },
  { find: /^vigie\/tasks\/(.*)$/, replacement: path.resolve(import.meta.dirname, "hosts/kinds/$1.ts") },
];

// Reports have an assertion's message and no difference: what is cut out of it is said nowhere.
const chaiConfig = { truncateThreshold: 1000 };

export default defineConfig({
  test: {
    sequence: { sequencer: ByName },
    // A text that is gone is a failure, and none is written but by `--update`.
    update: "none",
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          chaiConfig,
          // No `exclude` of its own: it would take the place of what `npm test` leaves out on the command line.
          include: ["tests/*.test.ts", "tests/!(e2e)/**/*.test.ts"],
          // Ends only what hangs: a slow or busy machine takes several times as long as the one that this was written on.
          testTimeout: 120_000,
          // Some load the whole library first.
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000 } },
        },
      },
      {
        test: {
          name: "e2e",
          chaiConfig,
          include: ["tests/e2e/**/*.test.ts"],
          // One real deployment is shared by the tests of a file, in their order.
          fileParallelism: false,
          testTimeout: 1_200_000,
          expect: { poll: { timeout: 120_000 } },
          // The first deployment on a new machine makes every part: the CLI, the Collector and Jaeger are compiled there.
          hookTimeout: 3_000_000,
        },
      },
    ],
  },
});
