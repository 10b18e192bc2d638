/** Plain number words, each language from zero on; `-` leaves out what means something else too (one, un, ein). */
const UNITS: readonly string[] = [
  "zero - two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty",
  "null - zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
  "zéro - deux trois quatre cinq - sept huit neuf dix onze douze treize quatorze quinze seize",
  "cero - dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte",
  "- - due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici",
  "- - dois três quatro cinco - sete oito - dez onze doze treze catorze quinze dezasseis",
  "nul - twee drie vier vijf zes zeven - negen tien elf twaalf",
  "ноль - два три четыре пять шесть семь восемь девять десять",
];
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety";
const SCALES: Readonly<Record<string, string>> = {
  hundred: "00",
  thousand: "000",
  million: "000000",
  billion: "000000000",
};
/** In a long text these are articles and prepositions; as a whole answer they are numbers. */
const ONES: ReadonlySet<string> = new Set(["one", "eins", "uno"]);

const NUMBERS: ReadonlyMap<string, string> = new Map([
  ...UNITS.flatMap((line) =>
    line.split(" ").flatMap((word, number) => (word === "-" ? [] : [[word, String(number)] as const])),
  ),
  ...TENS.split(" ").map((word, index) => [word, String(20 + 10 * index)] as const),
]);

/** The number that a word stands for: `seven`, `zwölf`, `forty-two`; null for other words. */
export function numberOfWord(word: string): string | null {
  const plain = NUMBERS.get(word);
  if (plain !== undefined) return plain;
  if (!word.includes("-")) return null;
  const [tens = "", ones = "", more] = word.split("-");
  if (more !== undefined || !TENS.includes(tens) || tens === "") return null;
  const [high, low] = [NUMBERS.get(tens), ones === "one" ? "1" : NUMBERS.get(ones)];
  return high === undefined || low === undefined || low.length > 1 ? null : String(Number(high) + Number(low));
}

/** A whole answer in words: `seven`, `forty two`, `one hundred`, `3 million`; null for others. */
export function numberOfWords(text: string): string | null {
  const words = text.split(/[ -]/).filter((word) => word !== "and");
  const [first = "", second, ...more] = words;
  const start =
    ONES.has(first) || (first === "a" && second !== undefined) ? "1" : (numberOfWord(first) ?? digits(first));
  if (start === null || more.length > 0) return null;
  if (second === undefined) return start;
  const scale = SCALES[second];
  if (scale !== undefined && !start.includes(".")) return `${start}${scale}`;
  if (scale !== undefined) return String(Number(start) * Number(`1${scale}`));
  return numberOfWord(`${first}-${second}`);
}

function digits(word: string): string | null {
  return /^\d+(?:\.\d+)?$/.test(word) ? word : null;
}
