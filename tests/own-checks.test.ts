import type { Report } from "@understudy/evaluation";
import type { Pair } from "@understudy/store";
import { describeWith, pollUntil, spawnProcess, stopAll } from "@understudy/testkit";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { allPairs, chatBody, getJson, send, startSystem, type System, writeConfig } from "./support/system.ts";

const REQUESTS = 90;

const POLITE =
  "Thank you for writing to us. We have found your parcel and send it on today, so that you have it by Friday.";
const OTHERS =
  "We looked into it at once: it lay in the wrong depot, and a courier brings it to your door before the weekend.";

const SCRIPT = `export function closes(output, { request }) {
  return { pass: output.trim().endsWith(request.messages[0].content.includes("German") ? "Grüße" : "regards"), score: 1 };
}`;

/** Free text by models that answer by themselves, and checks of which one is a script. */
function config(): string {
  const deployment = (name: string, answer: string, more = "") => `
  - model_name: ${name}
    litellm_params: {model: openai/${name}, mock_response: ${JSON.stringify(answer)}${more}}`;
  return `model_list:${deployment("primary-model", `${POLITE} Kind regards`, ", silent_model: [polite, curt]")}${deployment("polite", `${OTHERS} Best regards`)}${deployment("curt", OTHERS)}
mirror_settings:
  margins: { quality_loss: 0.1, error_rate: null, latency: null, p95_latency: null, cost: null }
  verdict: { minimum_span: 0, conversation_horizon: 0 }
  checks:
    primary-model:
      - { type: icontains-any, value: [kind regards, best regards], metric: greeting }
      - { type: javascript, value: "file://checks.js:closes" }
      - { type: not-contains, value: as an AI }
`;
}

/** The same checks, one that runs away on one side, and one that nobody passes, on what is stored. */
async function tried(system: System, folder: string): Promise<void> {
  await writeFile(
    path.join(folder, "loops.mjs"),
    "export default (output) => { while (output.includes('depot')); return true; };",
  );
  const checks = `assert:
  - { type: icontains-any, value: [kind regards, best regards], metric: greeting }
  - { type: javascript, value: "file://loops.mjs", metric: loops }
  - { type: contains, value: Regrads }
`;
  await writeFile(path.join(folder, "tried.yaml"), checks);
  const run = (...flags: readonly string[]) => {
    const given = ["--experiment", "primary-model~curt", "--checks", path.join(folder, "tried.yaml"), "--last", "2"];
    return spawnProcess("node", ["apps/cli/src/main.ts", "evaluate", ...given, "--url", system.url, ...flags]);
  };
  const table = run();
  expect((await table.exit).code).toBe(0);
  const lines = table.lines.map(({ text }) => String(text));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join("\n")).toMatch(/primary-model~curt: 2 pairs, 2 checked\n[^]*greeting +│ 2 +│ 0 +│ 0 +│ 2 +│ 0/);
  expect(lines).toContain("loops could not be run: a task was given up: it took too long");
  expect(lines).toContain("! The primary never passes contains Regrads: it shows nobody to be worse.");
  const json = run("--json");
  expect((await json.exit).code).toBe(0);
  const result = JSON.parse(json.lines.map(({ text }) => String(text)).join("\n")) as EvaluateResult;
  expect(result).toMatchObject({ pairs: 2, checked: 2, silent_failed: 0, loss: 2 });
  expect(result.checks[1]).toMatchObject({ name: "loops", primary_passes: 2, silent_passes: 0, lost: 2, not_run: 2 });
  expect(result.checks[0]?.losing_pairs).toHaveLength(2);
  const wrong = run("--last", "0");
  expect((await wrong.exit).code).toBe(1);
}

/** What \`--json\` prints, as far as it is looked at. */
interface EvaluateResult {
  readonly checks: readonly { readonly losing_pairs: readonly string[] }[];
}

afterAll(stopAll);

const reportOf = (system: System, silent: string): Promise<Report> =>
  getJson(`${system.url}/api/experiments/primary-model~${silent}/report`);

await describeWith({ redis: true, postgres: true }, "checks of one's own", () => {
  test("promote free text that passes them, and reject what does not, by a rung of their own", async () => {
    const file = await writeConfig(config());
    await writeFile(path.join(path.dirname(file), "checks.js"), SCRIPT);
    const system = await startSystem({ config: () => "", env: { UNDERSTUDY_CONFIG: file } });
    for (let index = 0; index < REQUESTS; index += 1) {
      const answer = await send(system.url, chatBody(`Where is parcel ${index}?`));
      expect(answer.status).toBe(200);
    }
    const whole = (silent: string) =>
      pollUntil(() => reportOf(system, silent), {
        what: `all conversations of ${silent} in the evidence`,
        until: ({ verdict }) => verdict.conversations === REQUESTS,
        timeoutMs: 60_000,
        every: 300,
      });
    const [polite, curt] = await Promise.all([whole("polite"), whole("curt")]);
    expect(polite.verdict.decision, polite.verdict.reason).toBe("promote");
    expect(polite.verdict.rungs).toContainEqual({ name: "own_checks", share: 1 });
    expect(curt.verdict.decision, curt.verdict.reason).toBe("reject");
    expect(curt.verdict.reason).toContain("a check of yours the primary passes");

    await tried(system, path.dirname(file));
    const [one] = (await allPairs(system.url)).filter(({ silent_model }) => silent_model === "curt");
    const { own_checks } = await getJson<Pair>(`${system.url}/api/pairs/${one?.id}`);
    expect(own_checks?.results).toEqual([
      { name: "greeting", type: "icontains-any", primary: "pass", silent: "fail" },
      { name: "javascript checks.js:closes", type: "javascript", primary: "pass", silent: "fail" },
      { name: "not-contains as an AI", type: "not-contains", primary: "pass", silent: "pass" },
    ]);
  });
});
