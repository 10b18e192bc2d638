/** Month names and their short forms, January to December, in the languages that write them out most. */
const MONTHS: readonly string[] = [
  "january february march april may june july august september october november december",
  "jan feb mar apr - jun jul aug sep oct nov dec",
  "- - - - - - - - sept - - -",
  "januar februar märz april mai juni juli august september oktober november dezember",
  "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
  "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
  "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
  "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
  "januari februari maart april mei juni juli augustus september oktober november december",
  "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
  "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
];

const MONTH_NUMBERS: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((line) => line.split(" ").map((word, index) => [word, index + 1] as const)).filter(
    ([word]) => word !== "-",
  ),
);

export function monthOf(word: string): number | null {
  return MONTH_NUMBERS.get(word) ?? null;
}

const WEEKDAY =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo),? +/;

/**
 * The dates that a text of lower case may be, as `2025-03-14`, or `-03-14` without a year: more than one where day and
 * month could be either; none for what is no date.
 */
export function datesOf(written: string): readonly string[] {
  const text = written.replace(WEEKDAY, "").replace(/^(?:the|on|am|le|el|den) +/, "");
  const first =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ?? /^(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日?$/.exec(text);
  if (first !== null) return dated(first[1], Number(first[2]), Number(first[3]));
  const numbers = /^(\d{1,2})([./-])(\d{1,2})[./-](\d{4})$/.exec(text);
  if (numbers !== null) return inEitherOrder(Number(numbers[1]), Number(numbers[3]), numbers);
  return inWords(text);
}

/** Dots part day from month; slashes leave it open. */
function inEitherOrder(one: number, other: number, [, , mark, , year]: RegExpExecArray): readonly string[] {
  const dayFirst = dated(year, other, one);
  if (mark === "." || one === other) return dayFirst;
  return [...dayFirst, ...dated(year, one, other)];
}

function inWords(text: string): readonly string[] {
  const words = text
    .replaceAll(/[,.]/g, " ")
    .split(/\s+/)
    .filter((word) => !["", "of", "de", "the", "del"].includes(word));
  if (words.length < 2 || words.length > 3) return [];
  const month = words.map(monthOf).find((number) => number !== null);
  const numbers = words
    .filter((word) => monthOf(word) === null)
    .map((word) => /^(\d{1,4})(?:st|nd|rd|th|er)?$/.exec(word)?.[1]);
  if (month === undefined || numbers.length !== words.length - 1 || numbers.includes(undefined)) return [];
  const year = numbers.find((number) => number?.length === 4);
  const day = numbers.find((number) => number !== year);
  if (day === undefined) return year === undefined ? [] : [`${year}-${two(month)}`];
  return numbers.length === 2 && year === undefined ? [] : dated(year, month, Number(day));
}

function dated(year: string | undefined, month: number, day: number): readonly string[] {
  const exists = month >= 1 && month <= 12 && day >= 1 && day <= 31;
  return exists ? [`${year ?? ""}-${two(month)}-${two(day)}`] : [];
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
