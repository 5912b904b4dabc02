import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { type ImageName, images } from "../../config/images.ts";
import { renderWebConfig, WEB_CONFIG_FILE } from "../../config/scrape-access.ts";
import { answersOutside } from "../docker/answers-outside.ts";
import { type HardenedArgs, hardenedContainer } from "../docker/container.ts";
import { secretFiles } from "../docker/secret-files.ts";
import { type Host, storeNetwork } from "../platform/host.ts";

/** The data store that an exporter tells of. */
export interface ExportedStore {
  /** The host it runs on. */
  readonly host: Host;
  /** Its name in the program. */
  readonly name: string;
  /** Its container: the exporter starts after it. */
  readonly container: docker.Container;
}

/** How an exporter is run. */
export interface StoreExporter extends Pick<HardenedArgs, "command" | "env" | "memory"> {
  /** Name of its image in the catalogue. */
  readonly image: ImageName;
  /** Where it listens. */
  readonly port: number;
  /** The store as it reaches it, `host:port`. */
  readonly asks: string;
  /** Its healthcheck, or the path that is asked from outside. */
  readonly health: readonly string[] | { readonly outside: string };
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
  const { image, port, asks, health, asksPassword = false, ...rest } = exporter;
  const secrets = asksPassword
    ? { ...exporter.secrets, [WEB_CONFIG_FILE]: host.scrapePassword().hash.apply(renderWebConfig) }
    : exporter.secrets;
  const name = `${store.name}-exporter`;
  const container = hardenedContainer(
    `${name}-container`,
    {
      ...rest,
      host,
      name,
      component: store.name,
      image: host.image(image).name,
      user: images[image].user,
      networks: [storeNetwork(store.name), "metrics"],
      dials: [{ to: [asks], why: `measures ${store.name}` }],
      health: "outside" in health ? "outside" : health,
      secrets: secretFiles(name, host, secrets, parent),
    },
    { parent, dependsOn: [store.container] },
  );
  if ("outside" in health) {
    answersOutside(
      `${name}-ready`,
      { host, name, container, network: "metrics", port, path: health.outside },
      { parent },
    );
  }
  return `${host.physicalName(name)}:${port}`;
}
