import { stableFraction } from "@understudy/runtime";

/** Two answers to compare. */
export type Texts = readonly [primary: string, silent: string];

/** The same texts every time: Park and Miller's generator (1988), started from the name of the text. */
function drawing(seed: string): (below: number) => number {
  let state = 1 + Math.floor(stableFraction(seed) * 2_147_483_645);
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
}

const SYLLABLES = "ba con di er fa gen ho in ka lor mi no per qua ris so ter un va wen".split(" ");
const COMMON = "the of and to in is not it was for with on as are this that but or from which".split(" ");
const SIGNS =
  "的一是不了人在有我他这中大来上个国到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天";

function english(size: number, seed: string): string {
  const draw = drawing(seed);
  const word = (): string => {
    const kind = draw(100);
    if (kind < 3) return String(draw(2_000));
    if (kind < 40) return COMMON[draw(COMMON.length)] ?? "";
    return Array.from({ length: 1 + draw(3) }, () => SYLLABLES[draw(SYLLABLES.length)]).join("");
  };
  let text = "";
  while (text.length < size) text += `The ${Array.from({ length: 6 + draw(14) }, word).join(" ")}. `;
  return text.slice(0, size);
}

function chinese(size: number, seed: string): string {
  const draw = drawing(seed);
  return Array.from({ length: size }, () => (draw(16) === 0 ? "。" : SIGNS.charAt(draw(SIGNS.length)))).join("");
}

/** One word in ten is another. */
function edited(text: string): string {
  const draw = drawing("edits");
  return text
    .split(" ")
    .map((word) => (draw(10) === 0 ? "else" : word))
    .join(" ")
    .slice(0, text.length);
}

function json(size: number, seed: string): string {
  const draw = drawing(seed);
  const items: object[] = [];
  for (let length = 2; length < size; length += JSON.stringify(items.at(-1)).length + 1)
    items.push({ id: draw(1e9), name: COMMON[draw(COMMON.length)], note: english(80, `${seed} ${items.length}`) });
  return JSON.stringify(items);
}

function code(size: number): string {
  const lines = Array.from(
    { length: Math.ceil(size / 30) },
    (_, line) => `const v${line} = f${line % 7}(a, ${line}) + b;`,
  );
  return `\`\`\`js\n${lines.join("\n").slice(0, size)}\n\`\`\``;
}

/** What answers are made of, and how the other one differs. */
export const TEXT_KINDS: Readonly<Record<string, (size: number, pair: number) => Texts>> = {
  "English, another text": (size, pair) => [english(size, `a${pair}`), english(size, `b${pair}`)],
  "English, a word in ten": (size, pair) => {
    const text = english(size, `c${pair}`);
    return [text, edited(text)];
  },
  "English, the same": (size, pair) => [english(size, `d${pair}`), english(size, `d${pair}`)],
  "Chinese, another text": (size, pair) => [chinese(size, `e${pair}`), chinese(size, `f${pair}`)],
  "JSON, another document": (size, pair) => [json(size, `g${pair}`), json(size, `h${pair}`)],
  "JSON, laid out": (size, pair) => {
    const text = json(size, `i${pair}`);
    return [text, JSON.stringify(JSON.parse(text), null, 2)];
  },
  "a program, other operators": (size) => [code(size), code(size).replaceAll("+", "-")],
  "one sign over and over": (size) => ["[".repeat(size), "*a".repeat(size / 2)],
};
