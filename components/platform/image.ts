import type * as pulumi from "@pulumi/pulumi";
import type { ImageName } from "../../config/images.ts";

/** An image that workloads run. */
export interface Image {
  /** Its reference, as a workload is given it. */
  readonly reference: pulumi.Output<string>;
  /** Done when the platform has it. */
  readonly ready: pulumi.Resource;
}

/** Which image is asked for: one of the catalogue, any other by its reference, or one that is built. */
export type WantedImage = ImageName | PulledImage | BuildArgs;

/** Any image by its full reference. */
export interface PulledImage {
  /** The reference. */
  readonly reference: string;
}

/** An image to build. It is named after the hash of all that it is made from. */
export interface BuildArgs {
  /** Name of the result without tag, such as `vigie/catalog`. */
  readonly name: string;
  /** Context directory, absolute. */
  readonly context: string;
  /** Dockerfile relative to the context. */
  readonly dockerfile: string;
  /** Files and directories that the image is made from, relative to the context. */
  readonly sources: readonly string[];
  /** Base images by build argument. */
  readonly bases: Readonly<Record<string, { readonly image: string; readonly build?: boolean }>>;
}
