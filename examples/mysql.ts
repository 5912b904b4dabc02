/** MySQL with a database each for two services, and a data volume that cannot be deleted. */
import { LocalDockerHost, Mysql } from "vigie";

const host = new LocalDockerHost("local");

export const mysql = new Mysql("mysql", { host, databases: ["invoices", "tickets"], memory: "1GiB", protect: true });
