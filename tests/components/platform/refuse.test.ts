import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { plain, refuse, refusing } from "../../../components/platform/refuse.ts";
import { DeclarationError } from "../../../services/problems.ts";

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
  for (const one of [error, same]) {
    expect(pulumi.InputPropertiesError.isInstance(one)).toBe(true);
    // Pulumi prints it as its message alone, and no dump of the object.
    expect(pulumi.RunError.isInstance(one)).toBe(true);
    expect(one.stack).toBe(error.message);
  }
  expect(same.errors).toEqual(error.errors);
  expect(same.message).toBe(error.message);
});

test("fails with an error of another kind as it is", () => {
  const other = new TypeError("a fault of the program");
  expect(() => {
    refusing(() => {
      throw other;
    });
  }).toThrow(other);
  expect(pulumi.InputPropertiesError.isInstance(other)).toBe(false);
});

test("an error that is no RunError is printed as one, when it is said plainly", () => {
  expect(pulumi.RunError.isInstance(new Error("x"))).toBe(false);
  expect(pulumi.RunError.isInstance(plain(new Error("x")))).toBe(true);
});
