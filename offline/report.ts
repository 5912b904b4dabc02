/** How long work is shown to a person: one line a step, alive on a terminal, plain in a log. */

/** Receives what happens to the steps of a long piece of work. */
export interface Reporter {
  /** A step begins. */
  start(name: string): void;
  /** A step ended well, after so many seconds; `skipped` when its result was there already. */
  done(name: string, seconds: number, skipped: boolean): void;
  /** A step ended badly. Whoever catches the error tells the whole of it. */
  fail(name: string, error: Error): void;
  /** A line that belongs to no single step. */
  note(text: string): void;
  /**
   * From here it can be asked how many seconds of work remain; undefined: no more.
   *
   * @default - what remains is not shown
   */
  remains?(seconds: (() => number) | undefined): void;
}

/** Where and how a reporter writes; every field has a default. */
export interface ReporterOptions {
  /**
   * Where lines are written.
   *
   * @default - standard error
   */
  readonly write?: (text: string) => void;
  /**
   * Whether the running steps are redrawn in place.
   *
   * @default - whether standard error is a terminal and `CI` is not set
   */
  readonly tty?: boolean;
  /**
   * Seconds between the signs of life of a step that runs on, where nothing is redrawn.
   *
   * @default 30
   */
  readonly heartbeatSeconds?: number;
  /**
   * The clock, in milliseconds.
   *
   * @default Date.now
   */
  readonly now?: () => number;
}

/** The reporter that suits the place where this process writes. */
export function createReporter(options: ReporterOptions = {}): Reporter {
  const tty = options.tty ?? (process.stderr.isTTY === true && process.env.CI === undefined);
  return tty ? terminalReporter(options) : plainReporter(options);
}

/** Seconds as a person reads them: `0.4 s`, `12 s`, `3 min 05 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

const SHORT_SECONDS = 45;

/** What remains, as a person wants to know it: in minutes. */
export function formatRemaining(seconds: number): string {
  if (seconds < SHORT_SECONDS) return "less than a minute remains";
  return `about ${Math.max(1, Math.round(seconds / 60))} min remain`;
}

/** Says what remains where that is news: at first, and when fewer minutes are left, or many more. */
function remainingNews(): (seconds: number) => string | undefined {
  let told: number | undefined;
  return (seconds) => {
    const minutes = seconds < SHORT_SECONDS ? 0 : Math.max(1, Math.round(seconds / 60));
    // What is over in a moment needs no line.
    if (told === undefined ? minutes === 0 : minutes === told || minutes === told + 1) return undefined;
    told = minutes;
    return formatRemaining(seconds);
  };
}

function plainReporter(options: ReporterOptions): Reporter {
  const write = writerOf(options);
  const now = options.now ?? Date.now;
  const running = new Map<string, NodeJS.Timeout>();
  let remaining: (() => number) | undefined;
  let news = remainingNews();
  const remain = () => {
    const line = remaining === undefined ? undefined : news(remaining());
    if (line !== undefined) write(`       ${line}\n`);
  };
  const stop = (name: string) => {
    clearInterval(running.get(name));
    running.delete(name);
  };
  return {
    start(name) {
      const began = now();
      const beat = () => {
        write(`   ... ${name} (${formatSeconds((now() - began) / 1000)})\n`);
        remain();
      };
      running.set(name, setInterval(beat, (options.heartbeatSeconds ?? 30) * 1000).unref());
      write(`   ... ${name}\n`);
      remain();
    },
    done(name, seconds, skipped) {
      stop(name);
      write(doneLine(name, seconds, skipped));
    },
    fail(name, error) {
      stop(name);
      write(failLine(name, error));
    },
    note: (text) => write(`${text}\n`),
    remains(seconds) {
      remaining = seconds;
      news = remainingNews();
    },
  };
}

function terminalReporter(options: ReporterOptions): Reporter {
  const write = writerOf(options);
  const now = options.now ?? Date.now;
  const running = new Map<string, number>();
  let remaining: (() => number) | undefined;
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  const erase = () => {
    if (drawn > 0) write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  const draw = () => {
    for (const [name, began] of running) write(`   ... ${name}  ${formatSeconds((now() - began) / 1000)}\n`);
    drawn = running.size;
    if (remaining === undefined || running.size === 0) return;
    write(`       ${formatRemaining(remaining())}\n`);
    drawn++;
  };
  const redraw = (lines = "") => {
    erase();
    if (lines !== "") write(lines);
    draw();
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
    } else {
      timer ??= setInterval(() => redraw(), 1000).unref();
    }
  };
  return {
    start(name) {
      running.set(name, now());
      redraw();
    },
    done(name, seconds, skipped) {
      running.delete(name);
      redraw(doneLine(name, seconds, skipped));
    },
    fail(name, error) {
      running.delete(name);
      redraw(failLine(name, error));
    },
    note: (text) => redraw(`${text}\n`),
    remains(seconds) {
      remaining = seconds;
    },
  };
}

const writerOf = (options: ReporterOptions) => options.write ?? ((text: string) => void process.stderr.write(text));

const doneLine = (name: string, seconds: number, skipped: boolean) =>
  skipped ? `    ok ${name} (as before)\n` : `    ok ${name} (${formatSeconds(seconds)})\n`;

const failLine = (name: string, error: Error) => {
  const [line = ""] = error.message.replace(`${name}: `, "").split("\n");
  return `failed ${name}: ${line.length > 120 ? `${line.slice(0, 120)}…` : line}\n`;
};
