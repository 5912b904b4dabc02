import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ServiceImage } from "../../services/service.ts";
import type { Image } from "./image.ts";
import type { Platform } from "./platform.ts";

/** The image of a declaration on its platform: pulled, or built for it as `vigie/<name>`. */
export function serviceImage(name: string, image: ServiceImage, host: Platform, parent: pulumi.Resource): Image {
  if ("reference" in image) return host.image({ reference: image.reference });
  return host.image(
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
