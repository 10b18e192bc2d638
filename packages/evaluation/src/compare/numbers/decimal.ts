/** The largest exponent that is written out; further ones stay as they are. */
const LARGEST_EXPONENT = 400;

/**
 * A decimal number in one notation, digit by digit: `42`, `42.0` and `4.2e1` are one, and so is no pair of 64-bit ids
 * that a double would round to one. Takes `[+-]digits[.digits][e[+-]digits]`.
 */
export function canonicalDecimal(written: string): string {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(written);
  if (parts === null) return written;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  const shift = Number(exponent) - fraction.length;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (digits === "") return "0";
  const significant = withoutEndZeros(digits);
  const power = shift + digits.length - significant.length;
  const minus = sign === "-" ? "-" : "";
  if (power >= 0 && power <= LARGEST_EXPONENT) return `${minus}${significant}${"0".repeat(power)}`;
  const point = significant.length + power;
  if (power < 0 && power >= -LARGEST_EXPONENT) return `${minus}${pointed(significant, point)}`;
  return `${minus}${significant}e${power}`;
}

/** A pattern anchored at the end would try every run of zeros. */
function withoutEndZeros(digits: string): string {
  let end = digits.length;
  while (digits.charAt(end - 1) === "0") end -= 1;
  return digits.slice(0, end);
}

function pointed(digits: string, point: number): string {
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** A number as people write it, with separators of thousands and either decimal mark; null for what is none. */
export function readDecimal(written: string): string | null {
  const text = written.replaceAll(/(?<=\d)[ _'](?=\d{3}(?!\d))/g, "");
  // What begins with a zero is a code or an id.
  if (!/^[+-]?[\d.,]*\d(?:[eE][+-]?\d{1,3})?$/.test(text) || /^[+-]?0\d/.test(text)) return null;
  const plain = withPoint(text);
  return plain === null ? null : canonicalDecimal(plain);
}

/** The last mark is the decimal one where both stand; a mark that stands more than once parts thousands. */
function withPoint(text: string): string | null {
  const commas = text.split(",").length - 1;
  const points = text.split(".").length - 1;
  if (commas > 0 && points > 0) {
    const decimal = text.lastIndexOf(",") > text.lastIndexOf(".") ? "," : ".";
    return grouped(text, decimal === "," ? "." : ",", decimal);
  }
  if (commas === 1 && !/^[+-]?\d{1,3},\d{3}$/.test(text)) return text.replace(",", ".");
  if (commas > 0) return grouped(text, ",", ".");
  return points > 1 ? grouped(text, ".", ",") : text;
}

function grouped(text: string, separator: string, decimal: string): string | null {
  const [whole = "", fraction, ...more] = text.split(decimal);
  if (more.length > 0 || fraction?.includes(separator) === true) return null;
  const groups = whole.split(separator);
  const parted = groups.slice(1).every((group) => group.length === 3) && /^[+-]?\d{1,3}$/.test(groups[0] ?? "");
  if (!parted && groups.length > 1) return null;
  return fraction === undefined ? groups.join("") : `${groups.join("")}.${fraction}`;
}
