import type { Asked, Solver } from "./asked.ts";
import { errs } from "./asked.ts";
import { CODE_SAMPLES, type CodeLanguage, type CodeSample } from "./code-samples.ts";
import { pick } from "./dice.ts";

const CUE =
  /\b(?:function|method|script|query|regex|code|snippet|program|Funktion|fonction|función|implement)\b|関数|函数/i;
const WRITES = /\b(?:write|implement|create|give me|show|need|schreib\w*|écri\w*|escrib\w*|how do i)\b|書いて|写/i;

/** Writes one of the small programs it knows, with as much explanation as the model is given to. */
export const writeCode: Solver = (asked) => {
  if (!CUE.test(asked.question) || !WRITES.test(asked.question)) return null;
  const language = languageAskedFor(asked);
  const sample = CODE_SAMPLES.find(
    ({ about, versions }) => about.test(asked.question) && versions[language] !== undefined,
  );
  const versions = sample?.versions[language];
  if (sample === undefined || versions === undefined) return null;
  const chosen = pick(versions, asked.dice.own("plain") < asked.profile.plainness ? 0 : asked.dice.own("version"));
  const code = errs(asked) && sample.slip !== undefined ? chosen.replace(...sample.slip) : chosen;
  const fenced = `\`\`\`${language}\n${code}\n\`\`\``;
  return [opener(asked), fenced, ...explanation(sample, asked)].filter((part) => part !== "").join("\n\n");
};

function languageAskedFor({ question, system }: Asked): CodeLanguage {
  const text = `${question}\n${system}`;
  if (/\bsql\b|\bquery\b/i.test(text)) return "sql";
  return /javascript|typescript|node(?:\.js)?\b/i.test(text) ? "javascript" : "python";
}

function opener({ dice, profile }: Asked): string {
  if (dice.own("opener") < profile.plainness) return "";
  return pick(["Here is one way to do it:", "Sure. This does it:", "You can write it like this:"], dice.own("opening"));
}

function explanation(sample: CodeSample, { profile, dice }: Asked): readonly string[] {
  const wanted = Math.round(profile.verbosity * 2 * (0.5 + dice.own("explanation")));
  return sample.remarks.slice(0, wanted);
}
