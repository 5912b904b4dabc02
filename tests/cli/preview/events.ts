/** Plans as the engine tells them, written by hand: an event a line. */

/** A step of a plan; what is left out is as with a resource that stays. */
export interface GivenStep {
  readonly op: string;
  readonly name: string;
  readonly type?: string;
  readonly old?: Readonly<Record<string, unknown>>;
  readonly new?: Readonly<Record<string, unknown>>;
  readonly diffs?: readonly string[];
  readonly protect?: boolean;
}

const urn = (type: string, name: string) => `urn:pulumi:dev::shop::${type}::${name}`;

/** The event of one step. */
export function stepEvent({
  op,
  name,
  type = "docker:index/container:Container",
  old,
  diffs,
  protect,
  ...rest
}: GivenStep) {
  const state = (inputs: Readonly<Record<string, unknown>> | undefined) =>
    inputs === undefined ? null : { inputs, ...(protect === undefined ? {} : { protect }) };
  return {
    resourcePreEvent: {
      metadata: { op, urn: urn(type, name), type, old: state(old), new: state(rest.new), diffs: diffs ?? null },
    },
  };
}

/** The event with a stack's outputs, before and after. */
export function outputsEvent(old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>) {
  const type = "pulumi:pulumi:Stack";
  return {
    resOutputsEvent: {
      metadata: { op: "same", urn: urn(type, "shop-dev"), type, old: { outputs: old }, new: { outputs: now } },
    },
  };
}

/** The event of the plan's end. */
export const END = { summaryEvent: { result: "succeeded" } };

/** A plan's text. */
export const told = (...events: readonly object[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join("");

/** A step that lands files. */
export function landing(directory: string, old?: Readonly<Record<string, string>>, now = old): GivenStep {
  const inputs = (files: Readonly<Record<string, string>> | undefined) =>
    files === undefined
      ? {}
      : {
          create: `set -eu\ndir=/state/config/${directory}\nowner=x\n`,
          stdin: Object.entries(files)
            .map(([path, text]) => `#vigie-file: ${path}\n${text}`)
            .join(""),
        };
  return {
    op: "update",
    name: `${directory}-config`,
    type: "command:local:Command",
    old: inputs(old),
    new: inputs(now),
    diffs: ["stdin"],
  };
}
