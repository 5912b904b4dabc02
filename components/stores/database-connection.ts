import type * as pulumi from "@pulumi/pulumi";
import type { Connection } from "../platform/dependency.ts";
import { storeNetwork } from "../platform/network-roles.ts";
import { refuseStranger } from "./store-users.ts";

/** A server with a database, and a user, for each service. */
export interface DatabaseServer {
  /** Its name in the program. */
  readonly name: string;
  /** Its name in the network. */
  readonly hostname: string;
  /** Where it listens. */
  readonly port: number;
  /** Its databases. */
  readonly databases: readonly string[];
  /** The password of a service's user. */
  readonly password: (service: string) => pulumi.Output<string>;
  /** Done when it can serve. */
  readonly ready: pulumi.Resource;
}

/**
 * How a service reaches its own database, the same for every kind of server.
 *
 * @throws pulumi.InputPropertiesError when the service has none
 */
export function databaseConnection(server: DatabaseServer, service: string): Connection {
  refuseStranger(service, { name: server.name, property: "databases", services: server.databases });
  return {
    env: {
      DATABASE_HOST: server.hostname,
      DATABASE_PORT: String(server.port),
      DATABASE_NAME: service,
      DATABASE_USER: service,
      DATABASE_PASSWORD_FILE: "/run/secrets/database-password",
    },
    secrets: { "database-password": server.password(service) },
    network: storeNetwork(server.name),
    reaches: [`${server.hostname}:${server.port}`],
    dependsOn: [server.ready],
  };
}
