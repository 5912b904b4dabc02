/** A blog, installed and ready to log in, in two replicas that share its files. */
import { LocalDockerHost, Mysql, Traefik, WordPress } from "vigie";

const host = new LocalDockerHost("local");
const edge = new Traefik("edge", { host });
const mysql = new Mysql("mysql", { host, databases: ["blog"] });
const blog = new WordPress("blog", {
  host,
  edge,
  database: mysql,
  hostname: "blog.example",
  title: "Seen from the mast",
  replicas: 2,
});

export const { url, adminPassword } = blog;
