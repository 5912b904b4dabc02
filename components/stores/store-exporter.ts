import type * as pulumi from "@pulumi/pulumi";
import { type ImageName, images } from "../../config/images.ts";
import { renderWebConfig, WEB_CONFIG_FILE } from "../../config/scrape-access.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import type { Platform } from "../platform/platform.ts";
import type { Running, Workload } from "../platform/workload.ts";

/** The data store that an exporter tells of. */
export interface ExportedStore {
  /** The host it runs on. */
  readonly host: Platform;
  /** Its name in the program. */
  readonly name: string;
  /** Its container: the exporter starts after it. */
  readonly container: Running;
}

/** How an exporter is run. */
export interface StoreExporter extends Pick<Workload, "command" | "env" | "memory" | "probe"> {
  /** Name of its image in the catalogue. */
  readonly image: ImageName;
  /** Where it listens. */
  readonly port: number;
  /** The store as it reaches it, `host:port`. */
  readonly asks: string;
  /** Whether it reads who may ask it, by {@link WEB_CONFIG_ARGUMENT}. @default false */
  readonly asksPassword?: boolean;
  /** What it signs in with, by the name of the file in `/run/secrets`. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The exporter beside a data store: in the store's network, and where it is scraped.
 *
 * @returns the target to scrape
 */
export function storeExporter(store: ExportedStore, exporter: StoreExporter, parent: pulumi.Resource): string {
  const { host } = store;
  const { image, port, asks, asksPassword = false, ...rest } = exporter;
  const secrets = asksPassword
    ? { ...exporter.secrets, [WEB_CONFIG_FILE]: host.scrapePassword().hash.apply(renderWebConfig) }
    : exporter.secrets;
  const name = `${store.name}-exporter`;
  host.run(
    `${name}-container`,
    {
      ...rest,
      name,
      component: store.name,
      image: host.image(image).reference,
      user: images[image].user,
      networks: [storeNetwork(store.name), "metrics"],
      dials: [{ to: [asks], why: `measures ${store.name}` }],
      secrets: host.secret(name, secrets, parent),
    },
    { parent, dependsOn: [store.container.ready] },
  );
  return host.address(name, port);
}
