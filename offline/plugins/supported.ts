/** The arguments that the stand-ins implement, as types: tests compare them with what the components use. */
import type { local } from "@pulumi/command";
import type { ContainerArgs, NetworkArgs, RemoteImageArgs, VolumeArgs } from "@pulumi/docker";
import type { RandomIdArgs, RandomPasswordArgs } from "@pulumi/random";
import type { localCommandFields } from "./command/local-command.ts";
import type { containerFields, nestedContainerFields } from "./docker/container-schema.ts";
import type { buildFields, remoteImageFields } from "./docker/image.ts";
import type { networkFields } from "./docker/network.ts";
import type { volumeFields } from "./docker/volume.ts";
import type { randomIdFields } from "./random/random-id.ts";
import type { randomStringFields } from "./random/random-string.ts";

/** What the stand-in of docker.Container implements. */
export type SupportedContainerArgs = Pick<ContainerArgs, keyof typeof containerFields>;

/** The fields that it implements of a nested argument of docker.Container. */
export type SupportedContainerField<Name extends keyof typeof nestedContainerFields> =
  keyof (typeof nestedContainerFields)[Name];

/** What the stand-in of docker.Network implements. */
export type SupportedNetworkArgs = Pick<NetworkArgs, keyof typeof networkFields>;

/** What the stand-in of docker.Volume implements. */
export type SupportedVolumeArgs = Pick<VolumeArgs, keyof typeof volumeFields>;

/** What the stand-in of docker.RemoteImage implements. */
export type SupportedRemoteImageArgs = Pick<RemoteImageArgs, keyof typeof remoteImageFields>;

/** The fields that it implements of `build`. */
export type SupportedBuildField = keyof typeof buildFields;

/** What the stand-in of command.local.Command implements. */
export type SupportedLocalCommandArgs = Pick<local.CommandArgs, keyof typeof localCommandFields>;

/** What the stand-ins of random.RandomPassword and random.RandomString implement. */
export type SupportedRandomPasswordArgs = Pick<RandomPasswordArgs, keyof typeof randomStringFields>;

/** What the stand-in of random.RandomId implements. */
export type SupportedRandomIdArgs = Pick<RandomIdArgs, keyof typeof randomIdFields>;
