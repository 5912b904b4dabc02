import type { Stats } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { dockerSocket } from "../../../components/docker/docker-socket.ts";

const owners: Record<string, { uid: number; gid: number }> = {
  "/var/run/docker.sock": { uid: 0, gid: 998 },
  "/srv/docker.sock": { uid: 0, gid: 0 },
  "/run/user/1000/docker.sock": { uid: 1000, gid: 1000 },
};

vi.mock("node:fs", () => ({ statSync: (path: string) => owners[path] as Stats | undefined }));

describe("dockerSocket", () => {
  it.each([
    ["Docker's usual one, with its group", undefined, { path: "/var/run/docker.sock", group: 998 }],
    ["another one, root's alone", "unix:///srv/docker.sock", { path: "/srv/docker.sock", group: 0 }],
    ["a user's own engine: its group is root's group inside", "unix:///run/user/1000/docker.sock", { group: 0 }],
    ["an engine over TCP: the usual one on that host", "tcp://10.0.0.5:2375", { path: "/var/run/docker.sock" }],
    ["one that is not there", "unix:///nowhere.sock", { path: "/nowhere.sock", group: 0 }],
  ])("gives %s", (_, dockerHost, socket) => {
    expect(dockerSocket(dockerHost)).toMatchObject(socket);
  });
});
