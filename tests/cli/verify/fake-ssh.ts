/** Stands in for `ssh -N -L …`: forwards as it is told to, or refuses as `ssh` does. */

import { connect, createServer } from "node:net";

if (process.argv.includes("nobody@host")) {
  process.stderr.write("nobody@host: Permission denied (publickey).\n");
  process.exit(255);
}
for (const forward of process.argv.filter((_, index) => process.argv[index - 1] === "-L")) {
  const [address = "", port, target = "", targetPort] = forward.split(":");
  createServer((near) => {
    const far = connect({ host: target, port: Number(targetPort) });
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  }).listen(Number(port), address);
}
