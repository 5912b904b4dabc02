/** Starts the docker plugin for the engine. */
import { packageVersion } from "../framework/package-version.ts";
import { servePlugin } from "../framework/serve.ts";
import { dockerPlugin } from "./provider.ts";

await servePlugin(dockerPlugin(packageVersion("@pulumi/docker"), process.env.DOCKER_HOST));
