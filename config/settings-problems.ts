import { NAME_OR_ADDRESS } from "../services/grammar.ts";
import { nearest, type Problem } from "../services/problems.ts";
import { type CanHave, canHaveImage, choiceProblems, choose } from "./choices.ts";
import { type ImageSettings, imageSettingsProblems } from "./image-references.ts";
import { paceProblems } from "./pace.ts";
import { receiverSettingsProblems } from "./receiver-settings.ts";
import { type Retention, retentionProblems } from "./retention.ts";
import type { Codecs } from "./settings/codec.ts";
import { keysThat, type RawSettings } from "./settings/codecs.ts";
import { parseSshUrl } from "./ssh.ts";
import { switchSettingsProblems } from "./switch-settings.ts";

/** What the machine adds to the configuration, in the environment: `offline/` sets it, `npm run env` prints it. */
export interface MachineSettings {
  /** Images that were built on this machine; a reference in the configuration wins over them. */
  readonly images: Readonly<Record<string, string>>;
  /** Whether `offline/` makes the images on this machine: what it never makes can't be had then. @default false */
  readonly made?: boolean;
  /** CA certificates of this machine, where a build cannot do without. */
  readonly caBundle: string | undefined;
}

/** What settings are held against each other with. */
export interface SettingsFacts {
  /** Key without namespace to text, as it was given. */
  readonly raw: Readonly<Record<string, string>>;
  /** What the keys of the library say. */
  readonly values: RawSettings;
  /** Keys whose text is no value: what depends on them is not looked at. */
  readonly wrong: ReadonlySet<string>;
  /** All keys that there are. */
  readonly codecs: Codecs;
  /** What the machine adds. */
  readonly machine: MachineSettings;
  /** Names of the systems that can be deployed. @default - names are not checked */
  readonly known: readonly string[] | undefined;
}

/** What is wrong with settings that are fine each by itself. */
export function settingsProblems(facts: SettingsFacts): Problem[] {
  const { values, machine } = facts;
  return [
    ...systemProblems(values.systems, facts.known),
    ...samePorts(facts),
    ...halfMail(facts),
    ...machineImages(machine),
    ...choiceProblems(values, canHaveOf(facts)),
    ...retention(facts),
    ...pace(facts),
    ...receiverSettingsProblems(values),
    ...switchSettingsProblems(values),
    ...monitoringHost(values),
  ];
}

/** The budget of what is kept, from its four keys. */
export function retentionOf(values: Pick<RawSettings, keyof typeof RETENTION_FIELDS>): Required<Retention> {
  const { retentionMetrics, retentionLogs, retentionTraces, retentionDisk } = values;
  return { metrics: retentionMetrics, logs: retentionLogs, traces: retentionTraces, disk: retentionDisk };
}

const RETENTION_FIELDS = {
  retentionMetrics: "metrics",
  retentionLogs: "logs",
  retentionTraces: "traces",
  retentionDisk: "disk",
} as const;

/** What is too much for the disk. Each key by itself is checked where all are. */
function retention({ raw, values, wrong, machine }: SettingsFacts): Problem[] {
  if ([...Object.keys(RETENTION_FIELDS), "logStore"].some((key) => wrong.has(key))) return [];
  const { logStore } = choose(values, canHaveOf({ values, machine }));
  // As it was written, also where that is none: the disk that it asks for is told beside it.
  const held = { scrapeInterval: raw.scrapeInterval ?? values.scrapeInterval, traced: values.traceRatio > 0, logStore };
  const keyOf = (field: keyof Retention) =>
    Object.entries(RETENTION_FIELDS).find(([, name]) => name === field)?.[0] ?? field;
  return retentionProblems(retentionOf(values), held, (field) => `vigie:${keyOf(field)}`);
}

/** A pace that the scrapes are too rare for. Each key by itself is checked where all are. */
function pace({ values, wrong }: SettingsFacts): Problem[] {
  if (wrong.has("pace") || wrong.has("scrapeInterval")) return [];
  return paceProblems(values.pace, values.scrapeInterval, {
    property: "vigie:scrapeInterval",
    fix: (most) => `\`pulumi config set vigie:scrapeInterval ${most}\`, or another vigie:pace.`,
  });
}

function systemProblems(systems: readonly string[], known: readonly string[] | undefined): Problem[] {
  return systems.flatMap((system, index) => {
    const property = `vigie:systems[${index}]`;
    if (systems.indexOf(system) !== index) return [{ property, given: system, allowed: "each system once" }];
    if (known === undefined || known.includes(system)) return [];
    const near = nearest(system, known);
    const fix = near === undefined ? {} : { fix: `Did you mean "${near}"?` };
    return [{ property, given: system, allowed: `one of ${known.join(", ")}`, ...fix }];
  });
}

function machineImages({ images }: MachineSettings): Problem[] {
  return imageSettingsProblems({ overrides: images }).map((problem) => ({
    property: "VIGIE_IMAGES",
    given: Object.keys(images),
    allowed: problem.replace(/\.$/, ""),
    fix: "`npm run up` writes that file anew.",
  }));
}

/** Whether an image can be had with these settings. */
function canHaveOf({ values, machine }: Pick<SettingsFacts, "values" | "machine">): CanHave {
  const images = imageSettingsOf(values, machine);
  return (name) => canHaveImage(name, images);
}

/** Where the images come from, from the configuration and the machine. */
export function imageSettingsOf(
  { registryMirror, images }: Pick<RawSettings, "registryMirror" | "images">,
  machine: MachineSettings,
): ImageSettings {
  return {
    overrides: { ...machine.images, ...images },
    ...(registryMirror === "" ? {} : { registryMirror }),
    ...(machine.made === true ? { made: true } : {}),
  };
}

/** The host of the monitoring is another machine than the rest's, and its gateway can be reached from containers. */
function monitoringHost(values: RawSettings): Problem[] {
  const host = parseSshUrl(values.host);
  const other = parseSshUrl(values.monitoringHost);
  if (other === undefined) return [];
  const problems: Problem[] = [];
  if (host?.address === other.address && host.port === other.port) {
    problems.push({
      property: "vigie:monitoringHost",
      given: values.monitoringHost,
      allowed: "another machine than vigie:host",
      fix: "`pulumi config rm vigie:monitoringHost` leaves everything on one.",
    });
  }
  if (values.gatewayAddress === "" && !NAME_OR_ADDRESS.fits(other.address)) {
    problems.push({
      property: "vigie:gatewayAddress",
      given: values.gatewayAddress,
      allowed: `a name or an IPv4 address that the other host reaches ${other.address} by`,
      fix: "The networks of containers have no IPv6.",
    });
  }
  return problems;
}

function halfMail({ raw }: SettingsFacts): Problem[] {
  const needs = (keys: readonly string[], fix: string): Problem[] => {
    const given = keys.filter((key) => (raw[key] ?? "") !== "");
    if (given.length === 0 || given.length === keys.length) return [];
    return keys
      .filter((key) => !given.includes(key))
      .map((key) => ({
        property: `vigie:${key}`,
        given: raw[key],
        allowed: `a value, since vigie:${given[0]} has one`,
        fix,
      }));
  };
  return [
    ...needs(["mailTo", "mailFrom", "mailServer"], "Mail needs all three."),
    ...needs(["mailUser", "mailPassword"], "`pulumi config set --secret vigie:mailPassword` asks for the password."),
  ];
}

function samePorts({ raw, codecs }: SettingsFacts): Problem[] {
  const taken = keysThat(codecs, "port").filter((key) => raw[key] !== undefined && raw[key] !== "0");
  return taken.flatMap((key, index) => {
    const other = taken.slice(0, index).find((earlier) => raw[earlier] === raw[key]);
    if (other === undefined) return [];
    return [
      {
        property: `vigie:${key}`,
        given: raw[key],
        allowed: `a port that vigie:${other} does not have`,
        fix: "Change one of the two.",
      },
    ];
  });
}
