import path from "node:path";
import { selfSigned } from "../../../config/certificates.ts";
import { TRAEFIK_ROUTES_DIRECTORY } from "../../../config/traefik.ts";
import type { Executor } from "../executor.ts";
import { type Files, placeOf, write } from "./config.ts";

const FILES = ["drill.yml", "drill.crt", "drill.key"] as const;

/** Traefik's own way to another certificate, where no name is asked for. */
const ROUTES = `tls:
  stores:
    default:
      defaultCertificate:
        certFile: ${TRAEFIK_ROUTES_DIRECTORY}/drill.crt
        keyFile: ${TRAEFIK_ROUTES_DIRECTORY}/drill.key
`;

/** Writes a certificate that ends soon among the edge's routes. Its repair puts back what was there. */
export const certificate: Executor<"certificate", Files> = {
  async prepare({ containers }, tools, id) {
    const [edge] = await tools.find(containers, "host-files");
    if (edge === undefined) throw new Error("no edge was found");
    const places = FILES.map((file) =>
      placeOf(edge, path.posix.join(TRAEFIK_ROUTES_DIRECTORY, file), tools, `${id}-${file}`),
    );
    return { id, places: await Promise.all(places) };
  },
  async inject({ endsIn }, { id, places }, tools) {
    const now = Date.now();
    const pair = selfSigned("drill", new Date(now - 86_400_000), new Date(now + endsIn * 1000));
    const texts: Readonly<Record<string, string>> = {
      "drill.yml": ROUTES,
      "drill.crt": pair.certificate,
      "drill.key": pair.privateKey,
    };
    // The routes last: what they name must be there.
    const written = [...places].reverse().map((place) => ({ ...place, before: texts[place.file] ?? null }));
    await write(written, tools, id);
  },
  repair: ({ id, places }, tools) => write(places, tools, id),
};
