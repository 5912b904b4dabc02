import { nearest, type Problem } from "../services/problems.ts";
import type { Duration, Size } from "../services/units.ts";
import type { PaceName } from "../signals/rule-group.ts";
import { SCRAPE_INTERVAL } from "../signals/scrape-interval.ts";
import { type Asked, canHaveImage, choiceProblems, choose } from "./choices.ts";
import { type ImageSettings, imageSettingsProblems } from "./image-references.ts";
import type { ImageName } from "./images.ts";
import { paceProblems } from "./pace.ts";
import { receiverSettingsProblems } from "./receiver-settings.ts";
import { type Retention, retentionProblems } from "./retention.ts";
import { CHECKS, GATEWAY_ADDRESS, PORT_KEYS, parseList, parseObject } from "./settings-checks.ts";
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

type Raw = Readonly<Record<string, string>>;

/**
 * What is wrong with settings that are fine each by itself.
 *
 * @param raw key without namespace to text
 * @param known names of the systems that can be deployed; where it is left out, names are not checked
 */
export function settingsProblems(raw: Raw, machine: MachineSettings, known: readonly string[] | undefined): Problem[] {
  return [
    ...systemProblems(parseList(raw.systems ?? "") ?? [], known),
    ...samePorts(raw),
    ...halfMail(raw),
    ...machineImages(machine),
    ...choices(raw, machine),
    ...retention(raw, machine),
    ...pace(raw),
    ...receiverSettingsProblems((key) => raw[key] ?? ""),
    ...switchSettingsProblems((key) => raw[key] ?? ""),
    ...monitoringHost(raw),
  ];
}

/** The budget of what is kept, from its three keys. */
export function retentionOf(text: (key: string) => string): Required<Retention> {
  return {
    metrics: text("retentionMetrics") as Duration,
    logs: text("retentionLogs") as Duration,
    traces: text("retentionTraces") as Duration,
    disk: text("retentionDisk") as Size,
  };
}

/** What is too much for the disk. Each key by itself is checked where all are. */
function retention(raw: Raw, machine: MachineSettings): Problem[] {
  const keys = {
    metrics: "retentionMetrics",
    logs: "retentionLogs",
    traces: "retentionTraces",
    disk: "retentionDisk",
  } as const;
  if ([...Object.values(keys), "logStore"].some((key) => CHECKS[key]?.(raw[key] ?? "") !== undefined)) return [];
  const text = (key: string): string => raw[key] ?? "";
  const images = imageSettingsOf(text, machine);
  const facts = {
    scrapeInterval: raw.scrapeInterval ?? SCRAPE_INTERVAL,
    traced: Number(raw.traceRatio) > 0,
    ...choose(askedOf(text), (name) => canHaveImage(name, images)),
  };
  return retentionProblems(retentionOf(text), facts, (field) => `vigie:${keys[field]}`);
}

/** A pace that the scrapes are too rare for. Each key by itself is checked where all are. */
function pace(raw: Raw): Problem[] {
  const { pace: name = "steady", scrapeInterval = SCRAPE_INTERVAL } = raw;
  if (CHECKS.pace?.(name) !== undefined || CHECKS.scrapeInterval?.(scrapeInterval) !== undefined) return [];
  return paceProblems(name as PaceName, scrapeInterval, {
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

/** What was asked for and can't be had. Each key by itself is checked where all are. */
function choices(raw: Raw, machine: MachineSettings): Problem[] {
  const text = (key: string): string => raw[key] ?? "";
  const images = imageSettingsOf(text, machine);
  return choiceProblems(askedOf(text), (name) => canHaveImage(name, images));
}

/** Where the images come from, from the configuration and the machine. */
export function imageSettingsOf(text: (key: string) => string, machine: MachineSettings): ImageSettings {
  const overrides = { ...machine.images, ...parseObject(text("images")) } as Partial<Record<ImageName, string>>;
  const mirror = text("registryMirror");
  return {
    overrides,
    ...(mirror === "" ? {} : { registryMirror: mirror }),
    ...(machine.made === true ? { made: true } : {}),
  };
}

/** What the configuration asks for of what may be missing. */
export function askedOf(text: (key: string) => string): Asked {
  return {
    logStore: text("logStore") as Asked["logStore"],
    grafana: text("grafana") as Asked["grafana"],
    logAgent: text("logAgent"),
    traceStore: text("traceStore"),
  };
}

/** The host of the monitoring is another machine than the rest's, and its gateway can be reached from containers. */
function monitoringHost(raw: Raw): Problem[] {
  const host = parseSshUrl(raw.host ?? "");
  const other = parseSshUrl(raw.monitoringHost ?? "");
  if (other === undefined) return [];
  const problems: Problem[] = [];
  if (host?.address === other.address && host.port === other.port) {
    problems.push({
      property: "vigie:monitoringHost",
      given: raw.monitoringHost,
      allowed: "another machine than vigie:host",
      fix: "`pulumi config rm vigie:monitoringHost` leaves everything on one.",
    });
  }
  if ((raw.gatewayAddress ?? "") === "" && !GATEWAY_ADDRESS.test(other.address)) {
    problems.push({
      property: "vigie:gatewayAddress",
      given: raw.gatewayAddress,
      allowed: `a name or an IPv4 address that the other host reaches ${other.address} by`,
      fix: "The networks of containers have no IPv6.",
    });
  }
  return problems;
}

function halfMail(raw: Raw): Problem[] {
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

function samePorts(raw: Raw): Problem[] {
  const taken = PORT_KEYS.filter((key) => raw[key] !== undefined && raw[key] !== "0");
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
