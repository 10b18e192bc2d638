/** Figures as a person reads them, each with its unit; a dash for what is not known. */
const NONE = "–";
const MINUS = "−";

/** A share or a rate: `99.1%`. */
export function percent(rate: number | null, digits = 1): string {
  return rate === null ? NONE : `${fixed(rate * 100, digits)}%`;
}

/** A difference of rates, in a sentence: `2.9 points`. */
export function points(difference: number | null): string {
  return difference === null ? NONE : `${fixed(difference * 100, 1)} points`;
}

/** A ratio: `1.19×`, with three decimals below a tenth. */
export function times(ratio: number | null): string {
  return ratio === null ? NONE : `${ratioDigits(ratio)}×`;
}

export function ratioDigits(ratio: number): string {
  return fixed(ratio, Math.abs(ratio) < 0.1 ? 3 : 2);
}

/** Of ranks, and of vectors their cosine: -1 to 1. */
export function correlation(value: number | null): string {
  return value === null ? NONE : fixed(value, 3);
}

/** How long one call took: `7.4 ms`, `610 ms`, `3.1 s`. */
export function ms(value: number | null): string {
  if (value === null) return NONE;
  const size = Math.abs(value);
  if (size >= 1_000) return `${fixed(value / 1_000, 1)} s`;
  return size < 10 ? `${fixed(value, 1)} ms` : `${fixed(value, 0)} ms`;
}

/** Three digits: `$1,080`, `$5.10`, `$0.65`; the price of one call has as many decimals as it needs. */
export function usd(value: number | null): string {
  if (value === null) return "unknown";
  return `${value < 0 ? MINUS : ""}$${dollars(Math.abs(value))}`;
}

function dollars(amount: number): string {
  if (amount >= 100) return count(Number(amount.toPrecision(3)));
  if (amount >= 1 || amount === 0) return amount.toFixed(2);
  const places = Math.min(12, 2 - Math.floor(Math.log10(amount)));
  return amount.toFixed(places).replace(/(\.\d\d\d*?)0+$/, "$1");
}

export function count(value: number): string {
  return value.toLocaleString("en").replace("-", MINUS);
}

/** `1 pair`, `2,394 pairs`. */
export function counted(number: number, name: string): string {
  return `${count(number)} ${name}${number === 1 ? "" : "s"}`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long something goes on: `340 ms`, `12 s`, `5 min 3 s`, `25 h 43 min`, `10.9 days`. */
export function duration(value: number | null): string {
  if (value === null || value < 1_000) return ms(value);
  if (value < MINUTE_MS) return `${Math.floor(value / 1_000)} s`;
  if (value < HOUR_MS) return `${Math.floor(value / MINUTE_MS)} min ${Math.floor((value % MINUTE_MS) / 1_000)} s`;
  if (value < 3 * DAY_MS) return hours(value);
  return days(value / DAY_MS);
}

function hours(value: number): string {
  const minutes = Math.floor((value % HOUR_MS) / MINUTE_MS);
  return `${Math.floor(value / HOUR_MS)} h${minutes === 0 ? "" : ` ${minutes} min`}`;
}

/** `10.9 days`. */
export function days(value: number): string {
  const text = fixed(value, 1).replace(".0", "");
  return `${text} ${text === "1" ? "day" : "days"}`;
}

/** `12.0% (10.1% to 14.2%)`. */
export function withInterval(
  { value, low, high }: { readonly value: number | null; readonly low: number | null; readonly high: number | null },
  show: (value: number | null) => string,
): string {
  return low === null || high === null ? show(value) : `${show(value)} (${show(low)} to ${show(high)})`;
}

export function words(name: string): string {
  return name.replaceAll("_", " ");
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

/** Never `−0.0`, and the minus is a minus. */
export function fixed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", MINUS);
}
