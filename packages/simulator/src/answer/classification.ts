import { type Asked, say, type Solver } from "./asked.ts";
import { rankLabels } from "./judgement.ts";

const CUE =
  "(?:\\b(?:classif|categor|label|sentiment|one of|options|answer|reply|respond|choose|pick|decide|rate|is (?:this|it)|route|" +
  "antworte|klassifizier|ordne|réponds|classe|clasifica|responde)|分類|答え|回答|分类)";
const LABEL = "[\"'`]?\\p{L}[\\p{L}\\p{N}_-]{0,23}[\"'`]?";
const OR = "(?:or|oder|ou|o)\\s+(?:an? |the )?";
const BETWEEN = `(?:\\s*,\\s*(?:${OR})?|\\s+${OR}|\\s*[/|、]\\s*)`;
const LABELS_AFTER_CUE = new RegExp(`${CUE}[^.\\n]{0,70}?(${LABEL}(?:${BETWEEN}${LABEL})+)`, "iu");
const SEPARATOR = new RegExp(BETWEEN, "iu");
// `Reply in one or two sentences` offers no labels.
const COUNTS = /^(?:one|two|three|four|five|more|less|a|few)$/i;

/** Classifies when the prompt offers labels to choose from: the label with the most signs in the question. */
export const classify: Solver = (asked) => {
  const offered = offeredLabels(asked);
  if (offered === null) return null;
  const ranked = rankLabels(offered.labels, offered.text, asked.dice);
  const [right, ...wrong] = ranked;
  if (right === undefined) return null;
  return say({ right, wrong, phrasings: ["{}", "{}.", "Category: {}", "This is {}.", "**{}**"] }, asked);
};

function offeredLabels({ system, question }: Asked): { labels: readonly string[]; text: string } | null {
  const whole = `${system}\n${question}`;
  const found = LABELS_AFTER_CUE.exec(whole);
  const list = found?.[1];
  if (found === null || list === undefined) return null;
  const labels = list.split(SEPARATOR).map((label) => label.replace(/["'`]/g, ""));
  // Two words with a comma between them are prose more often than a choice.
  if (labels.some((label) => COUNTS.test(label)) || (labels.length === 2 && list.includes(","))) return null;
  const text = whole.slice(0, found.index) + whole.slice(found.index + found[0].length);
  return { labels, text };
}

/** Questions of fact with yes or no for an answer that need no labels offered. */
export const decideParity: Solver = (asked) => {
  const found = /\bis (\d{1,9}) (?:an? )?(prime|even|odd)\b/i.exec(asked.question);
  const value = Number(found?.[1]);
  const property = found?.[2]?.toLowerCase();
  if (property === undefined) return null;
  const holds = property === "prime" ? isPrime(value) : (value % 2 === 0) === (property === "even");
  const right = holds ? "Yes" : "No";
  return say({ right, wrong: [holds ? "No" : "Yes"], phrasings: ["{}", "{}.", "The answer is {}."] }, asked);
};

function isPrime(value: number): boolean {
  if (value < 2) return false;
  for (let divisor = 2; divisor * divisor <= value; divisor += 1) if (value % divisor === 0) return false;
  return true;
}
