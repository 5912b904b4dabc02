import { MTU, NAME_OR_ADDRESS } from "../../services/grammar.ts";
import { imageSettingsProblems } from "../image-references.ts";
import type { ImageName } from "../images.ts";
import { parseSshUrl } from "../ssh.ts";
import { codec, flag, list, port, text } from "./codec.ts";
import { parseObject } from "./json.ts";

const urlOr = (nothing: string) => (given: string) =>
  given === "" || parseSshUrl(given) !== undefined ? undefined : `ssh://user@address:port, or nothing for ${nothing}`;

/** The keys of the machines. */
export const HOST_SETTINGS = {
  systems: list(
    {
      description: "The systems to deploy. An empty list leaves the edge and the monitoring.",
      default: ["storefront"],
    },
    'a list of systems, such as ["storefront"]',
  ),
  host: text(
    { description: "Machine that the stack runs on, as ssh://user@address:port. Empty for this machine." },
    urlOr("this machine"),
  ),
  monitoringHost: text(
    {
      description:
        "Another machine for the monitoring and the inbox, as ssh://user@address:port. Empty for the one that the rest is on.",
    },
    urlOr("the host that the rest is on"),
  ),
  gatewayAddress: text(
    {
      description:
        "Name or IPv4 address that the first machine reaches that one by. Empty for the one in monitoringHost.",
    },
    (given) => (given === "" || NAME_OR_ADDRESS.fits(given) ? undefined : "a host name or an IPv4 address, or nothing"),
  ),
  gatewayPort: port(
    9443,
    "Port of the monitoring's machine that metrics and logs arrive at, over TLS. It is open only where there are two machines.",
  ),
  sshKeyFile: text({
    description: "File of the private key for those machines. Empty for the keys of the agent and your own.",
  }),
  checkHost: flag(true, "Look at the machine before anything is declared. false for a preview that can't reach it."),
  setupHost: flag(
    false,
    "Harden that machine and bring Docker to it first. It takes a fresh Debian and changes its settings.",
  ),
  networkMtu: codec<number>({
    type: "integer",
    default: 0,
    description: "Largest packet in the networks, in bytes; 0 leaves it to Docker.",
    allowed: `0, or ${MTU.allowed}`,
    parse: (given) => (given === "0" || (/^\d+$/.test(given) && MTU.fits(Number(given))) ? Number(given) : undefined),
  }),
};

const isOverrides = (given: Readonly<Record<string, unknown>>): given is Partial<Record<ImageName, string>> =>
  imageSettingsProblems({ overrides: given }).length === 0;

/** The keys of where images come from. */
export const IMAGE_SETTINGS = {
  registryMirror: text(
    {
      description: "Host, and path if any, that takes the place of the official registries. Empty for none.",
    },
    (given) => (given === "" ? undefined : imageSettingsProblems({ registryMirror: given })[0]),
  ),
  images: codec<Partial<Record<ImageName, string>>>({
    type: "object",
    default: {},
    description: "A whole reference per image of the catalogue (config/images.ts), instead of the official one.",
    allowed: (given) => {
      const references = parseObject(given);
      const [problem] = imageSettingsProblems({ overrides: references ?? {} });
      return references === undefined ? "an object of image name to reference" : (problem ?? "");
    },
    parse: (given) => {
      const references = parseObject(given);
      return references !== undefined && isOverrides(references) ? references : undefined;
    },
  }),
  caBundle: text({ description: "File of CA certificates that image builds must trust. Empty for none." }),
};
