/** Starts the command plugin for the engine. */
import { packageVersion } from "../framework/package-version.ts";
import { servePlugin } from "../framework/serve.ts";
import { commandPlugin } from "./provider.ts";

await servePlugin(commandPlugin(packageVersion("@pulumi/command")));
