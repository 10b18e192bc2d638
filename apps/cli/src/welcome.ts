import { howCalled } from "@understudy/launch";
import { DEFAULT_URL } from "./gateway-address.ts";

export interface Welcome {
  /** Where the gateway listens. */
  readonly url: string;
  readonly workerUrl: string | null;
  /** Which configuration, and what stands behind it. */
  readonly description: readonly string[];
  /** What is mirrored to what. */
  readonly mirroring: string;
  /** For a first request. */
  readonly model: string;
  readonly needsKey: boolean;
  /** What does not answer now, a sentence each. */
  readonly away: readonly string[];
}

/** What to send, and where to look: for a person, on 80 columns as far as names and addresses allow. */
export function welcome(of: Welcome): string {
  const url = reachable(of.url);
  const key = `-H "authorization: Bearer $UNDERSTUDY_KEY"`;
  const curl = (place: string): readonly string[] =>
    of.needsKey ? [`  curl ${key} \\`, `    ${place}`] : [`  curl ${place}`];
  const variables = [
    ...(url === DEFAULT_URL ? [] : [`export UNDERSTUDY_URL=${url}`]),
    ...(of.needsKey ? ["export UNDERSTUDY_KEY=...   # the master key"] : []),
  ];
  const lines = [
    `Understudy listens on ${url}`,
    ...[...of.description, of.mirroring, ...of.away.map((sentence) => `! ${sentence}`)].flatMap(wrapped),
    "",
    `Dashboard: ${url}/ui/`,
    "",
    ...(variables.length === 0 ? [] : ["In another terminal, first:", ...variables.map(indented), ""]),
    "Send a request:",
    `  curl ${url}/v1/chat/completions \\`,
    ...(of.needsKey ? [`    ${key} \\`] : []),
    "    -H 'content-type: application/json' \\",
    `    -d '{"model": ${shellJson(of.model)}, "messages":`,
    `         [{"role": "user", "content": "What is the capital of France?"}]}'`,
    "",
    "See the pairs:",
    ...curl(`${url}/api/experiments`),
    ...curl(`'${url}/api/pairs?limit=5'`),
    ...curl(`${url}/api/pairs/ID   # with both answers`),
    "",
    `Metrics: ${url}/metrics`,
    ...(of.workerUrl === null ? [] : [`         ${of.workerUrl}/metrics (the worker's)`]),
    `A few hundred prompts at once: ${howCalled("demo")}`,
    `What the pairs say: ${howCalled("report")}`,
    "Stop with Ctrl+C.",
  ];
  return `\n${lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}\n\n`;
}

const COLUMNS = 78;

/** A sentence in as many lines as it takes; a word that is longer stays whole. */
function wrapped(sentence: string): readonly string[] {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}

const indented = (line: string): string => `  ${line}`;

/** An address to listen on is not always one to ask. */
function reachable(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

/** A shell ends its text at an apostrophe; JSON may write one as a number. */
function shellJson(text: string): string {
  return JSON.stringify(text).replaceAll("'", String.raw`\u0027`);
}
