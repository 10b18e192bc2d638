/** A difference of rates: `3.1 points`. */
export function asPoints(difference: number): string {
  const points = Number((difference * 100).toFixed(1));
  return `${points} ${Math.abs(points) === 1 ? "point" : "points"}`;
}

/** A ratio: `1.2 times`. */
export function asTimes(ratio: number): string {
  return `${Number(ratio.toPrecision(3))} times`;
}

const USD = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", maximumSignificantDigits: 2 });

/** USD: `$0.012`. */
export function asUsd(usd: number): string {
  return USD.format(usd);
}
