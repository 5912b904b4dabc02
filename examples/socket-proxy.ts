/** An edge that also finds containers by their Docker labels, through a read-only proxy of Docker's socket. */
import { LocalDockerHost, Traefik } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host, discovery: "docker-labels" });

export const { url } = edge;
