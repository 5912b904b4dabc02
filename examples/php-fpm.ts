/** A PHP application of your own declaration, with more processes, in two replicas. */
import { LocalDockerHost, Mysql, type PhpApplication, PhpFpm } from "vigie";

const host = new LocalDockerHost("local");
const mysql = new Mysql("mysql", { host, databases: ["wiki"] });
const application: PhpApplication = {
  image: "wordpress",
  source: "/usr/src/wordpress",
  root: "/var/www/html",
  writable: "wp-content/uploads",
  front: "index.php",
  routes: { admin: "^/wp-admin/" },
};
const php = new PhpFpm("wiki", { host, application, uses: [mysql], replicas: 2, settings: { maxChildren: 12 } });

export const { pools } = php;
