/** An edge on other ports, for a machine where 80, 443 and 8080 are taken. */
import { LocalDockerHost, Traefik } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host, httpPort: 8000, httpsPort: 8443, dashboardPort: 8888 });

export const { url, dashboardUrl, dashboardPassword } = edge;
