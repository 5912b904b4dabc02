/** PostgreSQL with a database each for two services, and a data volume that cannot be deleted. */
import { LocalDockerHost, Postgres } from "vigie";

const host = new LocalDockerHost("local");

export const postgres = new Postgres("postgres", { host, databases: ["orders", "invoices"], protect: true });
