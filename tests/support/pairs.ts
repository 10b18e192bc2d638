import type { ApiName } from "@understudy/contracts";
import type { Pair } from "@understudy/store";
import { pollUntil } from "@understudy/testkit";
import { expect } from "vitest";
import { allPairs, getJson } from "./system.ts";

/** Two groups at OpenAI's APIs and two at Anthropic's, each of the first mirrored to the second. */
export function groupsOfEachProvider(providerUrl: string): string {
  const group = (name: string, model: string, base: string, silent?: string): string => `
  - model_name: ${name}
    litellm_params:
      model: ${model}
      api_base: ${providerUrl}${base}
      api_key: sk-test-provider-key${silent === undefined ? "" : `\n      silent_model: ${silent}`}`;
  return `model_list:${group("gpt", "openai/gpt-3.5-turbo", "/v1", "gpt-next")}${group("gpt-next", "openai/gpt-4o", "/v1")}
${group("claude", "anthropic/claude-sonnet-4-5", "", "claude-next")}${group("claude-next", "anthropic/claude-opus-4-5", "")}
`;
}

/** What an answer must have left behind. */
export interface Expected {
  readonly api: ApiName;
  readonly stream: boolean;
  /** In both texts; null where the models call a tool instead. */
  readonly text?: RegExp | null;
  /** Of an answer in vectors how many there are. */
  readonly vectors?: number;
  /** Why the two are not compared; nothing unless said. */
  readonly notComparable?: readonly string[];
}

/** Tells the pairs that are new from those that were looked at. */
export class NewPairs {
  readonly #url: string;
  readonly #key: string | undefined;
  readonly #seen = new Set<string>();

  constructor(url: string, key?: string) {
    this.#url = url;
    this.#key = key;
  }

  /** How many were looked at. */
  get count(): number {
    return this.#seen.size;
  }

  /** The pairs that were stored since the last, which must be as many, in the order of their requests. */
  async next(count: number): Promise<readonly Pair[]> {
    const fresh = (pairs: readonly Pair[]) => pairs.filter(({ id }) => !this.#seen.has(id));
    const stored = await pollUntil(() => allPairs(this.#url, this.#key), {
      what: `${count} new pairs`,
      until: (all) => fresh(all).length >= count,
      timeoutMs: 60_000,
    });
    const pairs = fresh(stored).toSorted(
      (one, other) => one.primary.timing.started_at - other.primary.timing.started_at,
    );
    if (pairs.length > count) throw new Error(`${pairs.length} new pairs, and not ${count}`);
    for (const { id } of pairs) this.#seen.add(id);
    // A list has no texts.
    return Promise.all(pairs.map(({ id }) => getJson<Pair>(`${this.#url}/api/pairs/${id}`, this.#key)));
  }
}

/** The one new pair, whole on both sides. */
export async function expectPair(pairs: NewPairs, expected: Expected): Promise<Pair> {
  const [pair] = await pairs.next(1);
  if (pair === undefined) throw new Error("no new pair");
  expectWholePair(pair, expected);
  return pair;
}

/** On both sides: texts, tokens, costs, and the time to the first token of a stream. */
export function expectWholePair(pair: Pair, expected: Expected): void {
  const { notComparable = [] } = expected;
  const comparison = { comparable: notComparable.length === 0, not_comparable: notComparable };
  expect(pair).toMatchObject({ outcome: "paired", comparison });
  for (const call of [pair.primary, pair.silent]) {
    if (call === null) throw new Error(`${pair.id} has no silent call`);
    expectWhole(call, expected);
  }
}

function expectWhole(call: Pair["primary"], { api, stream, vectors, text = /5/ }: Expected): void {
  expect(call).toMatchObject({ operation: api, stream, status: "ok", changes: expect.any(Array) as unknown });
  if (vectors !== undefined) expect(call.answer).toMatchObject({ text: null, vectors: { count: vectors } });
  else if (text === null) expect(call.answer?.tool_calls).toContainEqual(expect.anything());
  else expect(call.answer?.text).toMatch(text);
  expect(call.usage?.input_tokens).toBeGreaterThan(0);
  if (vectors === undefined) expect(call.usage?.output_tokens).toBeGreaterThan(0);
  expect(call.cost_usd).toBeGreaterThan(0);
  expect(typeof call.timing.first_token_ms).toBe(stream ? "number" : "object");
}
