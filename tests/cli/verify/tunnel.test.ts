import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { dockerEngine, localEngine } from "../../../cli/containers/docker/engine.ts";
import { enginesOf } from "../../../cli/containers/engine.ts";
import { createAsk } from "../../../cli/verify/ask.ts";
import { openTunnels, type Tunnels } from "../../../cli/verify/tunnel.ts";
import { type FakeDeployment, fakeDeployment } from "./fake-deployment.ts";

let deployment: FakeDeployment | undefined;
let tunnels: Tunnels | undefined;

afterEach(async () => {
  tunnels?.close();
  await deployment?.close();
});

const engines = (user: string) =>
  enginesOf(
    dockerEngine({
      words: (args: readonly string[]) => [
        process.execPath,
        path.join(import.meta.dirname, "fake-ssh.ts"),
        "-F",
        "/none",
        `${user}@host`,
        args.join(" "),
      ],
      env: process.env,
      host: `ssh://${user}@host`,
    }),
  );

test("what is on this machine is dialled as it is", async () => {
  deployment = await fakeDeployment();
  tunnels = await openTunnels(deployment.verification.proof, enginesOf(localEngine(process.env)));
  expect(tunnels.reach("http://localhost:9090/api")).toBe("http://localhost:9090/api");
});

test("what is on the loopback of another machine is reached through it, by its own name", async () => {
  deployment = await fakeDeployment({ replies: { "/prometheus/": '{"data":"through"}' } });
  const { proof } = deployment.verification;
  tunnels = await openTunnels(proof, engines("deploy"));
  const url = `${proof.urls.prometheus}api/v1/status`;
  expect(new URL(tunnels.reach(url)).port).not.toBe(new URL(url).port);
  expect(tunnels.reach("http://192.0.2.10/")).toBe("http://192.0.2.10/");
  const ask = createAsk(proof.urls, tunnels.reach);
  expect((await ask(url, { signal: AbortSignal.timeout(60_000) })).body).toBe('{"data":"through"}');
});

test("fails with the words of ssh and the command, where no tunnel stands", async () => {
  deployment = await fakeDeployment();
  await expect(openTunnels(deployment.verification.proof, engines("nobody"))).rejects.toThrow(
    /^no tunnel to ssh:\/\/nobody@host: nobody@host: Permission denied \(publickey\)\.\nThe command is: ssh -N -L 127\.0\.0\.1:\d+:127\.0\.0\.1:\d+ /,
  );
});
