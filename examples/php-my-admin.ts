/** A look into a database: on this machine's loopback, with a user and a password of the database. */
import { Door, LocalDockerHost, Mysql, PhpMyAdmin } from "vigie";

const host = new LocalDockerHost("local");
const mysql = new Mysql("mysql", { host, databases: ["blog"] });
const phpMyAdmin = new PhpMyAdmin("phpmyadmin", { host, database: mysql, service: "blog", port: 8081 });
new Door("door", { host });

export const { url, user, password } = phpMyAdmin;
