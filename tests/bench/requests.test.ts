import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { processorSeconds, REQUESTS_MARKS } from "../../bench/requests.ts";

test("processor time is that of a process and of its children", async () => {
  const busy = `"${process.execPath}" -e "for (;;);"; true`;
  const child = spawn("sh", ["-c", busy], { detached: true, stdio: "ignore" });
  const { pid = 0 } = child;
  try {
    // The shell itself does next to nothing.
    await expect.poll(() => processorSeconds(pid), { timeout: 30_000 }).toBeGreaterThan(0.2);
  } finally {
    process.kill(-pid, "SIGKILL");
  }
});

test("a mark is what is left of the bare server's rate, told as processor time", () => {
  expect(REQUESTS_MARKS.fastifyMetrics).toBeCloseTo(1.031, 3);
  expect(REQUESTS_MARKS.fastifyEverything).toBeCloseTo(1.429, 3);
  expect(REQUESTS_MARKS.flaskMetrics).toBeCloseTo(1.053, 3);
});
