import { type MockInstance, vi } from "vitest";
import { flushLogs } from "../log-writer.ts";

/** What is written to the standard output from now on, call by call. The file's `afterEach` restores the stream. */
export function captureWrites(): () => string[] {
  flushLogs();
  // winston writes to the console's own stream.
  const stream = (console as unknown as { _stdout: { write: (text: string) => boolean } })._stdout;
  const spy: MockInstance = vi.spyOn(stream, "write").mockReturnValue(true);
  return () => spy.mock.calls.map(([text]) => String(text));
}

/** The log lines that are written from now on. The file's `afterEach` restores the stream. */
export function captureLines(): () => Record<string, unknown>[] {
  const written = captureWrites();
  return () => {
    flushLogs();
    const lines = written().flatMap((text) => text.trimEnd().split("\n"));
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
}
