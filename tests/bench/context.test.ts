import { expect, test } from "vitest";
import { compare } from "../../bench/context.ts";

const runs = [
  { subject: 3, anchor: 2 },
  { subject: 2.4, anchor: 2 },
];

test("a mark that is reached exactly is met, and one below is missed, as the table says", () => {
  const lines: string[] = [];
  const say = (text: string) => lines.push(text);
  const names = { subject: "ours", anchor: "compose" };
  expect(compare(names, 1.35, runs, say)).toMatchObject({
    beside: "compose",
    ratio: 1.35,
    mark: 1.35,
    met: true,
    runs,
  });
  expect(compare(names, 1.34, runs, say)).toMatchObject({ met: false });
  expect(lines[0]).toMatch(/mark 1\.35: met\n$/);
  expect(lines[1]).toMatch(/mark 1\.34: missed\n$/);
});
