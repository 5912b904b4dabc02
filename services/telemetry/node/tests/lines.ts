import { type MockInstance, vi } from "vitest";

/** The log lines that are written from now on. The file's `afterEach` restores the stream. */
export function captureLines(): () => Record<string, unknown>[] {
  // winston writes to the console's own stream.
  const stream = (console as unknown as { _stdout: { write: (text: string) => boolean } })._stdout;
  const spy: MockInstance = vi.spyOn(stream, "write").mockReturnValue(true);
  return () => spy.mock.calls.map(([text]) => JSON.parse(String(text)) as Record<string, unknown>);
}
