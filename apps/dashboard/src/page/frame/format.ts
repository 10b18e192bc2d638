/** Figures as a person reads them, each with its unit; a dash for what is not known. */
const NONE = "–";

export function percent(rate: number | null, digits = 1): string {
  return rate === null ? NONE : `${(rate * 100).toFixed(digits)} %`;
}

export function points(difference: number | null): string {
  return difference === null ? NONE : `${(difference * 100).toFixed(1)} points`;
}

export function times(ratio: number | null): string {
  return ratio === null ? NONE : `${Number(ratio.toPrecision(3))} ×`;
}

/** Of ranks, and of vectors their cosine: -1 to 1. */
export function correlation(value: number | null): string {
  return value === null ? NONE : value.toFixed(3);
}

export function ms(value: number | null): string {
  if (value === null) return NONE;
  return Math.abs(value) < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value).toLocaleString("en")} ms`;
}

export function usd(value: number | null): string {
  if (value === null) return "unknown";
  const amount = Math.abs(value);
  // Three digits of what is small: a single call may cost a hundredth of a cent.
  const digits = amount > 0 && amount < 1 ? Math.min(12, 2 - Math.floor(Math.log10(amount))) : 2;
  return `${value < 0 ? "-" : ""}$${amount.toFixed(digits)}`;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** `340 ms`, `12 s`, `5 m 3 s`, `2 h 10 m`. */
export function duration(value: number | null): string {
  if (value === null || value < 1_000) return ms(value);
  const seconds = Math.floor(value / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} m ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} m`;
}

/** `12.0 % (10.1 to 14.2)`. */
export function withInterval(
  { value, low, high }: { readonly value: number | null; readonly low: number | null; readonly high: number | null },
  show: (value: number | null) => string,
): string {
  return low === null || high === null ? show(value) : `${show(value)} (${show(low)} to ${show(high)})`;
}

export function when(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("T", " ").slice(0, 19);
}

export function words(name: string): string {
  return name.replaceAll("_", " ");
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, one) => sum + one, 0);
}

/** `14:02`, in the reader's own zone. */
export function clockTime(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
