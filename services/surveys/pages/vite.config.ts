import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

// A browser that has older pages open learns of newer ones by it; the same sources are the same version.
function versionOf(...patterns: string[]): string {
  const hash = createHash("sha256");
  for (const file of globSync(patterns, { exclude: (name) => name === "node_modules" }).sort()) {
    if (/\.\w+$/.test(file)) hash.update(`${file}\n`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}

/** How the pages are built: a handler for the gateway's process, without packages beside it. */
export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ envPrefix: "PAGES_" }),
      csp: {
        mode: "nonce",
        directives: {
          "default-src": ["none"],
          "script-src": ["self"],
          "style-src": ["self"],
          // One attribute, by its hash: that of SvelteKit's element which tells screen readers of another page.
          "style-src-attr": ["unsafe-hashes", "sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo="],
          "img-src": ["self"],
          "connect-src": ["self"],
          "form-action": ["self"],
          "base-uri": ["none"],
          "frame-ancestors": ["none"],
        },
      },
      version: { name: versionOf("src/**/*", "static/*", "package-lock.json") },
    }),
  ],
});
