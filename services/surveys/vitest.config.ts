import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: "..",
    include: ["surveys/tests/**/*.test.ts", "calls/tests/**/*.test.ts"],
    // What the services log is shown only for a test that fails.
    silent: "passed-only",
    // They end only what hangs: a machine may be slow or busy.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
