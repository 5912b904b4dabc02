/** A machine that is reached by SSH, as a user whom sudo asks for no password. */
import { SshHost, Traefik } from "vigie";

export const host = new SshHost("web", {
  address: "192.0.2.10",
  user: "deploy",
  hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILi7A3k+qHGtTEYAz45glSq6P0v9TquIqjRwNLI+BH8g",
  bindAddress: "0.0.0.0",
});
new Traefik("edge", { host });
