import { expect, test } from "vitest";
import { stackFile } from "../../bench/ssh-noop.ts";

test("the stack on the other machine has the same settings, the way there, and no other's passphrase", () => {
  const text = "encryptionsalt: v1:abc\nconfig:\n  # why\n  vigie:pace: fast\n";
  expect(stackFile(text, { host: "ssh://deploy@192.0.2.1" })).toBe(
    'config:\n  # why\n  vigie:pace: fast\n  vigie:host: "ssh://deploy@192.0.2.1"\n',
  );
});
