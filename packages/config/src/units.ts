const DURATION_UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const KIB = 1024;
const SIZE_UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: KIB,
  kib: KIB,
  mb: KIB ** 2,
  mib: KIB ** 2,
  gb: KIB ** 3,
  gib: KIB ** 3,
};

/** Milliseconds of a number of seconds, or of a text such as `500ms`, `30s`, `5m`, `1h`, `7d`. Null when it is neither. */
export function parseDuration(value: unknown): number | null {
  return parseAmount(value, DURATION_UNITS, "s");
}

/** Bytes of a number of bytes, or of a text such as `512kb`, `1mb`, `8MiB` (all in steps of 1024). Null when it is neither. */
export function parseSize(value: unknown): number | null {
  return parseAmount(value, SIZE_UNITS, "b");
}

function parseAmount(value: unknown, units: Readonly<Record<string, number>>, plain: string): number | null {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") return null;
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  if (match === null) return null;
  const unit = units[(match[2] ?? "").toLowerCase() || plain];
  return unit === undefined ? null : Math.round(Number(match[1]) * unit);
}

/** The shortest exact way to write it: `90s`, `5m`, `30d`, `1500ms`. */
export function formatDuration(ms: number): string {
  return formatAmount(ms, [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["m", 60_000],
    ["s", 1_000],
    ["ms", 1],
  ]);
}

/** The same for bytes: `512 KiB`, `8 MiB`. */
export function formatSize(bytes: number): string {
  return formatAmount(bytes, [
    [" GiB", KIB ** 3],
    [" MiB", KIB ** 2],
    [" KiB", KIB],
    [" bytes", 1],
  ]);
}

function formatAmount(amount: number, units: readonly (readonly [string, number])[]): string {
  const fitting = units.find(([, size]) => amount >= size && amount % size === 0) ?? units.at(-1);
  return fitting === undefined ? String(amount) : `${amount / fitting[1]}${fitting[0]}`;
}
