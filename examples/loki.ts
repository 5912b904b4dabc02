/** Loki, for logs that something else sends. */
import { Door, LocalDockerHost, Loki } from "vigie";

const host = new LocalDockerHost("local");
const loki = new Loki("loki", { host, retention: "30d", memory: "1GiB" });
new Door("door", { host });

export const { url } = loki;
