// Numbers and dates as people write them.

const LANGUAGE = "en";
const whole = new Intl.NumberFormat(LANGUAGE);
const short = new Intl.NumberFormat(LANGUAGE, { notation: "compact", maximumSignificantDigits: 4 });
const day = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeZone: "UTC" });

/** @param {number} value */
export const count = (value) => whole.format(value);

/** @param {number} usd US dollars. */
export const money = (usd) => `$${usd < 10_000 ? whole.format(usd) : short.format(usd)}`;

/** @param {string} iso A date such as 2008-07-18. */
export const date = (iso) => day.format(new Date(`${iso}T00:00:00Z`));

const minute = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "long", timeStyle: "short" });

/** @param {string} iso A moment in RFC 3339; told in the reader's own time zone. */
export const moment = (iso) => minute.format(new Date(iso));

/** @param {number} minutes */
export function duration(minutes) {
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

/** @param {number} number @param {string} noun @param {string} [many] The noun for more than one. */
export const plural = (number, noun, many = `${noun}s`) => `${count(number)} ${number === 1 ? noun : many}`;
