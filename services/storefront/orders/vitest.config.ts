import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    dir: "../..",
    include: ["storefront/orders/tests/**/*.test.ts", "telemetry/node/tests/**/*.test.ts"],
    // What the service logs is shown only for a test that fails.
    silent: "passed-only",
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
