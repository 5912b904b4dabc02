import type { ImageName } from "../../config/images.ts";
import { type Landing, renderLandingInput, renderLandingRemoval, renderLandingScript } from "../../config/landing.ts";
import type { HotFilesArgs, StepArgs } from "../platform/host.ts";
import { refusing } from "../platform/refuse.ts";

/** Where files land, and what their check runs in. */
export interface LandingPlace {
  /** Absolute directory on the host. */
  readonly directory: string;
  /** The reference of an image of the catalogue. */
  readonly reference: (image: ImageName) => string;
  /** Label of the container that checks. */
  readonly label: string;
}

/**
 * The step that lands files on a host.
 *
 * @throws pulumi.InputPropertiesError when a path or a content is refused.
 */
export function landingStep(args: HotFilesArgs, place: LandingPlace): StepArgs {
  const { check, reload } = args;
  const landing: Landing = {
    directory: place.directory,
    owner: args.owner ?? args.directory,
    ...(reload === undefined ? {} : { reload }),
    ...(check === undefined ? {} : { check: { ...check, image: place.reference(check.image), label: place.label } }),
  };
  return {
    script: renderLandingScript(landing),
    remove: renderLandingRemoval(landing),
    stdin: refusing(() => renderLandingInput(args.files)),
  };
}
