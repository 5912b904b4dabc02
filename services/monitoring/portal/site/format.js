/** Numbers and times as people read them. */

/** A number in its unit, by Grafana's names of units. */
export function inUnit(value, unit) {
  if (value === undefined || value === null || !Number.isFinite(value)) return "–";
  switch (unit) {
    case "percentunit":
      return `${short(value * 100)}%`;
    case "percent":
      return `${short(value)}%`;
    case "s":
      return value === 0
        ? "0 s"
        : Math.abs(value) < 0.001
          ? `${short(value * 1e6)} µs`
          : Math.abs(value) < 1
            ? `${short(value * 1000)} ms`
            : Math.abs(value) < 120
              ? `${short(value)} s`
              : duration(value);
    case "bytes":
    case "decbytes":
      return bytes(value, "");
    case "Bps":
    case "binBps":
      return bytes(value, "/s");
    case "reqps":
    case "ops":
    case "cps":
    case "rps":
      return `${short(value)}/s`;
    case "dateTimeFromNow":
      return ago(value / 1000);
    default:
      return short(value);
  }
}

/** A number with three digits that matter. */
export function short(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e9) return `${trimmed(value / 1e9)}G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 1e4) return `${trimmed(value / 1e3)}k`;
  return trimmed(value);
}

function trimmed(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 0.1 ? 2 : 3;
  return String(Number(value.toFixed(digits)));
}

function bytes(value, per) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let [size, unit] = [value, 0];
  while (Math.abs(size) >= 1024 && unit < units.length - 1) [size, unit] = [size / 1024, unit + 1];
  return `${trimmed(size)} ${units[unit]}${per}`;
}

/** Seconds in words: `3 min`, `2 h`. */
export function duration(seconds) {
  const [size, unit] =
    seconds < 90
      ? [seconds, "s"]
      : seconds < 5400
        ? [seconds / 60, "min"]
        : seconds < 129_600
          ? [seconds / 3600, "h"]
          : [seconds / 86_400, "days"];
  return `${Math.round(size)} ${unit}`;
}

/** How long ago a moment was, in seconds since 1970. */
export function ago(seconds) {
  const passed = Date.now() / 1000 - seconds;
  return passed < 5 ? "just now" : passed < 0 ? `in ${duration(-passed)}` : `${duration(passed)} ago`;
}

/** A moment of the wall clock, with its day where it is not today. */
export function clock(moment) {
  const date = new Date(moment);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}
