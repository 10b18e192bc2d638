/** Moments in the reader's own zone. */
type Style = Readonly<Intl.DateTimeFormatOptions>;

const DAY: Style = { weekday: "short", day: "numeric", month: "short" };
const SHORT_DAY: Style = { day: "numeric", month: "short" };
const CLOCK: Style = { hour: "2-digit", minute: "2-digit", hour12: false };
const EXACT: Style = { ...DAY, ...CLOCK, year: "numeric", second: "2-digit", timeZoneName: "short" };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `14:02`. */
export function clockTime(epochMs: number): string {
  return written(epochMs, CLOCK);
}

/** `Tue 1 Dec`. */
export function day(epochMs: number): string {
  return written(epochMs, DAY);
}

/** `1 Dec`. */
export function shortDay(epochMs: number): string {
  return written(epochMs, SHORT_DAY);
}

/** `Thu 26 Nov 09:41`. */
export function moment(epochMs: number): string {
  return `${day(epochMs)} ${clockTime(epochMs)}`;
}

/** With its zone, for whoever wants to know exactly. */
export function exactly(epochMs: number): string {
  return written(epochMs, EXACT);
}

/** `now`, `12 min ago`, `3 h ago`, `yesterday`, and from two days on the day. */
export function ago(epochMs: number, now: number): string {
  const since = now - epochMs;
  if (since < MINUTE_MS) return "now";
  if (since < HOUR_MS) return `${Math.floor(since / MINUTE_MS)} min ago`;
  const days = dayNumber(now) - dayNumber(epochMs);
  if (days === 0 || since < 12 * HOUR_MS) return `${Math.floor(since / HOUR_MS)} h ago`;
  return days === 1 ? "yesterday" : shortDay(epochMs);
}

function dayNumber(epochMs: number): number {
  const date = new Date(epochMs);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / (24 * HOUR_MS));
}

/** A browser's commas differ with its version; ours has none. */
function written(epochMs: number, style: Style): string {
  return new Date(epochMs).toLocaleString("en-GB", style).replaceAll(",", "").replace("Sept", "Sep");
}
