/**
 * Compiled, never run: says at `npm run types` which argument a component uses and a stand-in lacks, and which nested
 * field of the SDK a stand-in refuses, so that a new one is noticed at an upgrade.
 */
import type { types } from "@pulumi/docker";
import type { ContainerArgs } from "../../../components/docker/docker-args.ts";
import type {
  SupportedBuildField,
  SupportedContainerArgs,
  SupportedContainerField,
  SupportedLocalCommandArgs,
  SupportedNetworkArgs,
  SupportedRandomIdArgs,
  SupportedRandomPasswordArgs,
  SupportedRemoteImageArgs,
  SupportedVolumeArgs,
} from "../../../offline/plugins/supported.ts";

type Same<Left, Right> = [Left] extends [Right] ? ([Right] extends [Left] ? true : Right) : Left;
type Missing<Used, Supported> = Exclude<keyof Used, keyof Supported>;

function compiles<_Result extends true>(): void {}
function none<_Result extends never>(): void {}

// What the components use and the stand-in lacks.
none<Missing<ContainerArgs, SupportedContainerArgs>>();

// What the stand-ins refuse of each resource: nothing but this.
compiles<
  Same<
    Missing<import("@pulumi/docker").ContainerArgs, SupportedContainerArgs>,
    | "cgroupParent"
    | "cpuPeriod"
    | "cpuQuota"
    | "deviceCgroupRules"
    | "deviceReadBps"
    | "deviceReadIops"
    | "deviceRequests"
    | "deviceWriteBps"
    | "deviceWriteIops"
    | "devices"
    | "gpus"
    | "platform"
    | "storageOpts"
  >
>();
none<Missing<import("@pulumi/docker").NetworkArgs, SupportedNetworkArgs>>();
compiles<Same<Missing<import("@pulumi/docker").VolumeArgs, SupportedVolumeArgs>, "cluster">>();
compiles<Same<Missing<import("@pulumi/docker").RemoteImageArgs, SupportedRemoteImageArgs>, "platform">>();
compiles<
  Same<Missing<import("@pulumi/command").local.CommandArgs, SupportedLocalCommandArgs>, "archivePaths" | "assetPaths">
>();
none<Missing<import("@pulumi/random").RandomPasswordArgs, SupportedRandomPasswordArgs>>();
none<Missing<import("@pulumi/random").RandomIdArgs, SupportedRandomIdArgs>>();

// The same inside the nested arguments of a container.
none<Exclude<keyof types.input.ContainerCapabilities, SupportedContainerField<"capabilities">>>();
none<Exclude<keyof types.input.ContainerHealthcheck, SupportedContainerField<"healthcheck">>>();
none<Exclude<keyof types.input.ContainerPort, SupportedContainerField<"ports">>>();
none<Exclude<keyof types.input.ContainerHost, SupportedContainerField<"hosts">>>();
none<Exclude<keyof types.input.ContainerUlimit, SupportedContainerField<"ulimits">>>();
none<Exclude<keyof types.input.ContainerLabel, SupportedContainerField<"labels">>>();
compiles<Same<Exclude<keyof types.input.ContainerUpload, SupportedContainerField<"uploads">>, "group" | "owner">>();
compiles<
  Same<
    Exclude<keyof types.input.ContainerVolume, SupportedContainerField<"volumes">>,
    "fromContainer" | "selinuxRelabel"
  >
>();
compiles<
  Same<Exclude<keyof types.input.ContainerMount, SupportedContainerField<"mounts">>, "bindOptions" | "volumeOptions">
>();
compiles<
  Same<
    Exclude<keyof types.input.ContainerNetworksAdvanced, SupportedContainerField<"networksAdvanced">>,
    "driverOpts" | "gwPriority" | "linkLocalIps" | "macAddress"
  >
>();

// No field is implemented that the SDK lacks.
none<Exclude<SupportedContainerField<"uploads">, keyof types.input.ContainerUpload>>();
none<Exclude<SupportedBuildField, keyof types.input.RemoteImageBuild>>();
