/** The types of Pulumi's resources, as far as commands know them, and what people call them. */

/** Type of a container. */
export const CONTAINER = "docker:index/container:Container";

/** Type of a volume. */
export const VOLUME = "docker:index/volume:Volume";

/** Type of the stack itself. */
export const STACK = "pulumi:pulumi:Stack";

/** Type of what sets up a host. */
export const HOST_SETUP = "vigie:index:HostSetup";

/** Type of a host that is reached by SSH. */
export const SSH_HOST = "vigie:index:SshHost";

const KINDS: Readonly<Record<string, string>> = {
  [CONTAINER]: "container",
  [VOLUME]: "volume",
  "docker:index/network:Network": "network",
  "docker:index/remoteImage:RemoteImage": "image",
  "random:index/randomPassword:RandomPassword": "password",
  "command:local:Command": "step",
  "command:remote:Command": "step",
};

/** What people call a resource of a type; its type where they have no word for it. */
export function kindOf(type: string): string {
  return KINDS[type] ?? type;
}

/**
 * A pattern of URNs, for `--target`.
 *
 * @param type the resources' type
 * @param name their name. @default - any
 * @param below what of what is below them is meant, too: everything whose type has this one among its parents
 */
export function urnPattern(type: string, { name = "*", below = false }: UrnPattern = {}): string {
  if (!below) return `**${type}::${name}`;
  return name === "*" ? `**${type}**` : `**${type}**::${name}**`;
}

/** Which resources of a type are meant. */
export interface UrnPattern {
  /** Their name. @default - any */
  readonly name?: string;
  /** Whether those below them are, too, whose names begin with theirs. @default false */
  readonly below?: boolean;
}
