/** A difference of rates: `3.1 points`. */
export function asPoints(difference: number): string {
  const points = Number((difference * 100).toFixed(1));
  return `${points} ${Math.abs(points) === 1 ? "point" : "points"}`;
}

/** A ratio: `1.2 times`. */
export function asTimes(ratio: number): string {
  return `${Number(ratio.toPrecision(3))} times`;
}

/** A criterion's figure: `3.1 points`, `3.1%` of what can agree, `1.2 times`. */
export function inUnit(value: number, unit: "points" | "share" | "ratio"): string {
  if (unit === "ratio") return asTimes(value);
  return unit === "points" ? asPoints(value) : asPercent(value);
}

const USD = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumSignificantDigits: 2 });

/** USD: `$0.012`. */
export function asUsd(usd: number): string {
  return USD.format(usd);
}

/** A share: `12%`. */
export function asPercent(share: number): string {
  return `${Number((share * 100).toPrecision(Math.abs(share) < 0.1 ? 2 : 3))}%`;
}

const LIST = new Intl.ListFormat("en-GB");

/** `checks, errors and cost`. */
export function listed(names: readonly string[]): string {
  return LIST.format(names.map(spelled));
}

/** A name of the report's as a person writes it: `first token`. */
export function spelled(name: string): string {
  return name.replaceAll("_", " ");
}
