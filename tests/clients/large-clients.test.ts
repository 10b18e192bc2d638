import { describeWith, spawnProcess, stopAll } from "@understudy/testkit";
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectPair, expectWholePair, groupsOfEachProvider, NewPairs } from "../support/pairs.ts";
import { startSystem, type System } from "../support/system.ts";

afterAll(stopAll);

const KEY = "sk-test-client-key";
const PROMPT = "What is 2 plus 3?";
/** No word of it stands in the description of a tool, or the simulated model would call one. */
const SUM = "2 + 3 = ?";

/** As much of `@llamaindex/openai` as is used here: it is not installed everywhere, and neither are its types. */
interface LlamaIndex {
  readonly OpenAI: LlmClass;
  readonly OpenAIResponses: LlmClass;
  readonly OpenAIEmbedding: new (options: object) => {
    getTextEmbeddings(texts: readonly string[]): Promise<number[][]>;
  };
}

type LlmClass = new (options: { model: string; apiKey: string; baseURL: string; maxRetries: number }) => Llm;

interface Llm {
  chat(asked: Asked & { readonly stream: true }): Promise<AsyncIterable<{ readonly delta: string }>>;
  chat(asked: Asked): Promise<{ readonly message: { readonly content: unknown } }>;
}

interface Asked {
  readonly messages: readonly { readonly role: "user"; readonly content: string }[];
}

await describeWith(
  { redis: true, postgres: true, clients: true },
  "a client that is large changes its base URL and its key, and each answer is a pair",
  () => {
    let system: System;
    let pairs: NewPairs;

    beforeAll(async () => {
      const config = (providerUrl: string) =>
        `${groupsOfEachProvider(providerUrl)}\ngeneral_settings:\n  master_key: ${KEY}\n`;
      system = await startSystem({ config });
      pairs = new NewPairs(system.url, KEY);
    }, 60_000);

    test("LlamaIndex, plain and streamed, by chat and by Responses", async () => {
      const { OpenAI, OpenAIResponses } = createRequire(import.meta.url)("@llamaindex/openai") as LlamaIndex;
      const options = { model: "gpt", apiKey: KEY, baseURL: `${system.url}/v1`, maxRetries: 0 };
      const messages = [{ role: "user" as const, content: PROMPT }];
      for (const [api, llm] of [
        ["chat", new OpenAI(options)],
        ["responses", new OpenAIResponses(options)],
      ] as const) {
        expect((await llm.chat({ messages })).message.content).toContain("5");
        await expectPair(pairs, { api, stream: false });
        let text = "";
        for await (const { delta } of await llm.chat({ messages, stream: true })) text += delta;
        expect(text).toContain("5");
        await expectPair(pairs, { api, stream: true });
      }
    });

    test("the Codex CLI answers", async () => {
      // The day and the folder are in the prompt, and now and then have the simulated model err.
      expect(await runCodex(system.url, SUM)).toMatch(/\d/);
      const pair = await expectPair(pairs, { api: "responses", stream: true, text: /\d/, notComparable: SEARCHES });
      expect(pair.silent?.changes.map(({ param }) => param)).toEqual(["tools", "prompt_cache_key", "client_metadata"]);
    });

    test("the Codex CLI runs a command that the model asks for, and goes on with what comes of it", async () => {
      expect(await runCodex(system.url, "Run a command in the shell.")).not.toBe("");
      const [asks, goesOn] = await pairs.next(2);
      if (asks === undefined || goesOn === undefined) throw new Error("not two pairs");
      expectWholePair(asks, { api: "responses", stream: true, text: null, notComparable: SEARCHES });
      expectWholePair(goesOn, { api: "responses", stream: true, text: /./, notComparable: SEARCHES });
    });
  },
);

/** It lets the model search, which only the primary may. */
const SEARCHES = ["tools_stripped"];
const CODEX = fileURLToPath(new URL("node_modules/@openai/codex/bin/codex.js", import.meta.url));
/** Nothing listens there: what asks for anything but the gateway gets nowhere. */
const NOWHERE = "http://127.0.0.1:9";

interface CodexEvent {
  readonly type?: string;
  readonly item?: { readonly type: string; readonly text?: string };
}

/** One turn in an empty folder with a home of its own; what the agent said. */
async function runCodex(url: string, prompt: string): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), "understudy-codex-"));
  const provider = `{ name = "understudy", base_url = "${url}/v1", env_key = "GATEWAY_KEY", wire_api = "responses" }`;
  const here = ["--ephemeral", "--skip-git-repo-check", "--sandbox", "read-only", "--cd", home];
  const there = ["--model", "gpt", "-c", "model_provider=understudy", "-c", `model_providers.understudy=${provider}`];
  const run = spawnProcess("node", [CODEX, "exec", "--json", ...here, ...there, prompt], {
    cwd: home,
    env: {
      HOME: home,
      CODEX_HOME: home,
      GATEWAY_KEY: KEY,
      ALL_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      NO_PROXY: new URL(url).hostname,
    },
  });
  const { code } = await run.exit;
  const events = run.lines as readonly CodexEvent[];
  expect({ code, end: events.at(-1)?.type, stderr: code === 0 ? "" : run.stderr() }).toEqual({
    code: 0,
    end: "turn.completed",
    stderr: "",
  });
  return events.flatMap(({ item }) => (item?.type === "agent_message" ? [item.text ?? ""] : [])).join("\n");
}
