import path from "node:path";
import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceImage } from "../../services/service.ts";
import type { Host } from "./host.ts";

/** The image of a declaration on its host: pulled, or built there as `vigie/<name>`. */
export function serviceImage(
  name: string,
  image: ServiceImage,
  host: Host,
  parent: pulumi.Resource,
): docker.RemoteImage {
  if ("reference" in image) return host.pulledImage(image.reference);
  return host.builtImage(
    {
      name: `vigie/${name}`,
      context: path.resolve(image.context),
      dockerfile: image.dockerfile ?? "Dockerfile",
      sources: image.sources ?? ["."],
      bases: image.bases,
    },
    parent,
  );
}
