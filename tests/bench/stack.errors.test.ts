import { expect, test } from "vitest";
import { runOrThrow } from "../../bench/stack.ts";

test("fails with the command and what it said", async () => {
  const capture = async () => ({ code: 3, stdout: "half done\n", stderr: "no room\n" });
  await expect(runOrThrow({ capture, env: {} }, ["docker", "ps"], "/")).rejects.toThrow(
    "`docker ps` ended with 3:\nhalf done\nno room\n",
  );
});
