import type { ImageName } from "../../config/images.ts";
import {
  type Landing,
  type LandingCheck,
  renderLandingInput,
  renderLandingRemoval,
  renderLandingScript,
} from "../../config/landing.ts";
import type { FilesArgs, FilesCheck } from "../platform/files.ts";
import { refusing } from "../platform/refuse.ts";
import type { StepArgs } from "./engine-host.ts";

/** Where files land, and what their check runs in. */
export interface LandingPlace {
  /** Absolute directory on the host. */
  readonly directory: string;
  /** The reference of an image of the catalogue. */
  readonly reference: (image: ImageName) => string;
  /** Label of the container that checks. */
  readonly label: string;
  /** What a container is called on the host. */
  readonly instance: (workload: string) => string;
  /** What the volume with these secrets is called on the host. */
  readonly secretsVolume: (secrets: string) => string;
}

/**
 * The step that lands files on a host.
 *
 * @throws pulumi.InputPropertiesError when a path or a content is refused.
 */
export function landingStep(args: FilesArgs, place: LandingPlace): StepArgs {
  const { check, reload } = args;
  const landing: Landing = {
    directory: place.directory,
    owner: args.owner ?? args.directory,
    ...(reload === undefined
      ? {}
      : { reload: { container: reload.workloads.map(place.instance), command: reload.command } }),
    ...(check === undefined ? {} : { check: checkOf(check, place) }),
  };
  return {
    script: renderLandingScript(landing),
    remove: renderLandingRemoval(landing),
    stdin: refusing(() => renderLandingInput(args.files)),
  };
}

function checkOf({ secrets, ...check }: FilesCheck, place: LandingPlace): LandingCheck {
  return {
    ...check,
    image: place.reference(check.image),
    label: place.label,
    ...(secrets === undefined ? {} : { secretsVolume: place.secretsVolume(secrets.name) }),
  };
}
