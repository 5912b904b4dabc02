/** Starts the random plugin for the engine. */
import { packageVersion } from "../framework/package-version.ts";
import { servePlugin } from "../framework/serve.ts";
import { randomPlugin } from "./provider.ts";

await servePlugin(randomPlugin(packageVersion("@pulumi/random")));
