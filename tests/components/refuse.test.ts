import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { plain, refuse, refusing } from "../../components/refuse.ts";
import { DeclarationError } from "../../services/problems.ts";

test("an error that is said plainly stays its message, whatever is put before it, and has no stack", () => {
  const error = plain(new pulumi.RunError('host "web" does not answer'));
  error.message = `error serializing property "triggers": ${error.message}`;
  expect(error.message).toBe('host "web" does not answer');
  expect(error.stack).toBe('host "web" does not answer');
  expect(pulumi.RunError.isInstance(error)).toBe(true);
});

test("fails with every problem, each by its property's path", () => {
  const problems = [
    { property: "port", given: 0, allowed: "1 to 65535" },
    { property: "name", given: "", allowed: "a word", fix: "Name it." },
  ];
  expect(() => refuse("service", [])).not.toThrow();
  const refused = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return error as pulumi.InputPropertiesError;
    }
    throw new Error("nothing was refused");
  };
  const error = refused(() => refuse("service", problems));
  expect(pulumi.InputPropertiesError.isInstance(error)).toBe(true);
  expect(error.errors?.map(({ propertyPath }) => propertyPath)).toEqual(["port", "name"]);
  expect(error.message).toBe(
    'service is refused:\n  - port: got 0; allowed: 1 to 65535.\n  - name: got ""; allowed: a word. Name it.',
  );
  const same = refused(() =>
    refusing(() => {
      throw new DeclarationError("service", problems);
    }),
  );
  expect(same.message).toBe(error.message);
});
