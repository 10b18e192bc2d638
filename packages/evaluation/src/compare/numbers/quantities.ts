import { readDecimal } from "./decimal.ts";
import { datesOf } from "./dates.ts";
import { numberOfWords } from "./number-words.ts";

/** An answer that is a value: of which kind, and in one notation. A date may have two readings. */
export interface Quantity {
  readonly kind: "number" | "percent" | "money" | "unit" | "date" | "time" | "ordinal" | "telephone";
  readonly readings: readonly string[];
}

const CURRENCIES: readonly (readonly [code: string, ...names: string[]])[] = [
  ["usd", "$", "us$", "dollar", "dollars", "us dollars"],
  ["eur", "€", "euro", "euros"],
  ["gbp", "£", "pound", "pounds", "pounds sterling"],
  ["jpy", "¥", "yen", "円"],
  ["cny", "元", "yuan", "rmb"],
  ["inr", "₹", "rupee", "rupees"],
  ["krw", "₩", "won", "원"],
  ["rub", "₽", "rubles", "roubles", "рублей"],
  ["uah", "₴", "hryvnias"],
  ["pln", "zł", "zloty", "zlotys"],
  ["chf", "fr.", "francs"],
  ["cad", "c$", "ca$"],
  ["aud", "a$", "au$"],
  ["sek"],
  ["nok"],
  ["dkk"],
  ["brl", "r$", "reais"],
  ["try", "₺", "lira"],
  ["btc", "₿", "bitcoin"],
];

/** What is measured, the part of a base unit, and names. Only what converts without rounding is in one family. */
const UNITS: readonly (readonly [family: string, power: number, ...names: string[]])[] = [
  ["m", 3, "km", "kilometer", "kilometers", "kilometre", "kilometres", "kilometern"],
  ["m", 0, "m", "meter", "meters", "metre", "metres", "metern"],
  ["m", -2, "cm", "centimeter", "centimeters", "centimetre", "centimetres"],
  ["m", -3, "mm", "millimeter", "millimeters", "millimetre", "millimetres"],
  ["mile", 0, "mi", "mile", "miles"],
  ["foot", 0, "ft", "foot", "feet"],
  ["inch", 0, "in", "inch", "inches"],
  ["g", 3, "kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramm"],
  ["g", 0, "g", "gram", "grams", "gramm"],
  ["g", -3, "mg", "milligram", "milligrams", "milligramm"],
  ["g", -6, "µg", "μg", "mcg", "microgram", "micrograms"],
  ["pound", 0, "lb", "lbs"],
  ["l", 0, "l", "liter", "liters", "litre", "litres"],
  ["l", -3, "ml", "milliliter", "milliliters", "millilitre", "millilitres"],
  ["second", 0, "s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"],
  ["second", -3, "ms", "millisecond", "milliseconds"],
  ["minute", 0, "min", "mins", "minute", "minutes", "minuten", "minutos"],
  ["hour", 0, "h", "hr", "hrs", "hour", "hours", "stunde", "stunden", "heures", "horas"],
  ["day", 0, "d", "day", "days", "tag", "tage", "jours", "días"],
  ["week", 0, "week", "weeks", "wochen"],
  ["month", 0, "month", "months", "monate"],
  ["year", 0, "yr", "yrs", "year", "years", "jahre", "ans", "años"],
  ["celsius", 0, "°c", "c", "celsius", "degrees celsius", "degrees c", "grad celsius"],
  ["fahrenheit", 0, "°f", "f", "fahrenheit", "degrees fahrenheit", "degrees f"],
  ["kelvin", 0, "k", "kelvin"],
  ["byte", 0, "b", "byte", "bytes"],
  ["byte", 3, "kb", "kilobyte", "kilobytes"],
  ["byte", 6, "mb", "megabyte", "megabytes"],
  ["byte", 9, "gb", "gigabyte", "gigabytes"],
  ["byte", 12, "tb", "terabyte", "terabytes"],
  ["km/h", 0, "km/h", "kmh", "kph", "kilometers per hour", "kilometres per hour"],
  ["mph", 0, "mph", "miles per hour"],
  ["watt", 0, "w", "watt", "watts"],
  ["watt", 3, "kw", "kilowatt", "kilowatts"],
];

const CURRENCY_OF = new Map(CURRENCIES.flatMap(([code, ...names]) => [code, ...names].map((name) => [name, code])));
const UNIT_OF = new Map(UNITS.flatMap(([family, power, ...names]) => names.map((name) => [name, { family, power }])));
const PERCENT = new Set(["%", "percent", "per cent", "pct", "prozent", "pour cent", "por ciento"]);

/** The word or sign of a unit or currency, for texts: which family it is of. */
export function measureOf(word: string): string | null {
  const code = CURRENCY_OF.get(word);
  if (code !== undefined) return `currency ${code}`;
  const unit = word.length < 2 && word !== "g" && word !== "m" ? undefined : UNIT_OF.get(word);
  return unit === undefined ? null : `unit ${unit.family} ${unit.power}`;
}

/** Reads a whole answer of lower case in one glyph style as a value; null for what is none. */
export function quantityOf(written: string): Quantity | null {
  if (written.length > 40) return null;
  const text = written.replace(APPROXIMATELY, "");
  const dates = datesOf(text);
  if (dates.length > 0) return { kind: "date", readings: dates };
  return numberOf(text) ?? timeOf(text) ?? rankOrTelephone(text) ?? measured(text);
}

const APPROXIMATELY =
  /^(?:~|≈|about|approximately|approx\.?|around|roughly|circa|ca\.?|etwa|ungefähr|environ|unos) ?(?=[\p{L}\d$€£])/u;
const ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(" ");

function rankOrTelephone(text: string): Quantity | null {
  const rank = /^(\d{1,4})(?:st|nd|rd|th)$/.exec(text)?.[1] ?? String(ORDINALS.indexOf(text) + 1);
  if (rank !== "0") return { kind: "ordinal", readings: [rank] };
  if (!/^(?:\+|\()[\d ()./-]{6,24}\d$/.test(text)) return null;
  return { kind: "telephone", readings: [text.replaceAll(/\D/g, "")] };
}

/** A fraction is the decimal that it comes to, where that ends. */
function fractionOf(text: string): string | null {
  const [, top, bottom] = /^(-?\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  if (top === undefined || Number(bottom) === 0) return null;
  const quotient = String(Number(top) / Number(bottom));
  return quotient.length < 15 ? readDecimal(quotient) : null;
}

function numberOf(text: string): Quantity | null {
  const number = readDecimal(text) ?? fractionOf(text) ?? numberOfWords(text);
  return number === null ? null : { kind: "number", readings: [number] };
}

function timeOf(text: string): Quantity | null {
  const parts = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))? ?(?:(a|p)\.?m\.?|uhr|o'clock)?$/.exec(text);
  const named = /[a-z]/.test(text);
  if (parts === null || (parts[2] === undefined && !named)) return null;
  const hour = Number(parts[1]);
  if (hour > 24 || Number(parts[2] ?? 0) > 59) return null;
  const half = parts[4] === undefined ? hour : (hour % 12) + (parts[4] === "p" ? 12 : 0);
  return { kind: "time", readings: [`${half}:${parts[2] ?? "00"}:${parts[3] ?? "00"}`] };
}

/** A number with a sign or word of what it counts, before or after it. */
function measured(text: string): Quantity | null {
  const after = /^([+-]?[\d.,][\d., _']*?(?:e[+-]?\d{1,3})?) ?([^\d\s.,+-][^\d]{0,24})$/.exec(text);
  const before = /^([+-]?)([^\d\s.,+-]{1,4}\.?) ?([+-]?[\d.,][\d., _']*(?: (?:thousand|million|billion))?)$/.exec(text);
  const words = /^([a-z-]+(?: hundred| thousand| million)?) ([a-z%]+(?: [a-z]+)?)$/.exec(text);
  const [written, sign] =
    after !== null
      ? [after[1], after[2]]
      : before !== null
        ? [`${before[1]}${before[3]}`, before[2]]
        : [words?.[1], words?.[2]];
  if (written === undefined || sign === undefined) return null;
  const number = readDecimal(written.trim()) ?? scaledNumber(written) ?? numberOfWords(written);
  return number === null ? null : ofSign(number, sign.trim());
}

function ofSign(number: string, sign: string): Quantity | null {
  if (PERCENT.has(sign)) return { kind: "percent", readings: [number] };
  const currency = CURRENCY_OF.get(sign);
  if (currency !== undefined) return { kind: "money", readings: [`${number} ${currency}`] };
  const scaled = /^(million|billion|thousand)(?: (.*))?$/.exec(sign);
  if (scaled !== null) return scaledOf(number, scaled[1] ?? "", scaled[2]);
  const unit = UNIT_OF.get(sign);
  if (unit === undefined) return null;
  const exact = readDecimal(`${number}e${unit.power}`) ?? number;
  return { kind: "unit", readings: [`${exact} ${unit.family}`] };
}

const POWERS: Readonly<Record<string, number>> = { thousand: 3, million: 6, billion: 9 };

function scaledNumber(written: string): string | null {
  const [, number = "", scale = ""] = /^(\S+) (thousand|million|billion)$/.exec(written) ?? [];
  return number === "" ? null : readDecimal(`${number}e${POWERS[scale] ?? 0}`);
}

function scaledOf(number: string, scale: string, sign: string | undefined): Quantity | null {
  const whole = readDecimal(`${number}e${POWERS[scale] ?? 0}`);
  if (whole === null) return null;
  return sign === undefined ? { kind: "number", readings: [whole] } : ofSign(whole, sign);
}

/** Whether two values are one; null where one leaves out what it counts, or a date can be read in two ways. */
export function sameQuantity(one: Quantity, other: Quantity): boolean | null {
  if (one.kind === other.kind) {
    const common = one.readings.filter((reading) => other.readings.includes(reading)).length;
    return common > 0 && one.readings.length !== other.readings.length ? null : common > 0;
  }
  const bare = [one, other].find(({ kind }) => kind === "number");
  const counted = [one, other].find(({ kind }) => kind === "unit" || kind === "money");
  if (bare === undefined || counted === undefined) return false;
  return counted.readings[0]?.split(" ")[0] === bare.readings[0] ? null : false;
}
