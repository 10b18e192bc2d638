import { resolveConfig } from "@understudy/config";
import { expect, test } from "vitest";
import { asKubernetes, planWorkers } from "./plan-workers.ts";

function configOf(candidate: object, mirror: object = {}) {
  return resolveConfig(
    {
      model_list: [
        {
          model_name: "lead",
          litellm_params: { model: "openai/gpt-4o", api_key: "sk-test-plan", silent_model: "candidate" },
        },
        {
          model_name: "candidate",
          litellm_params: { model: "openai/gpt-4o-mini", api_key: "sk-test-plan", ...candidate },
        },
      ],
      mirror_settings: mirror,
    },
    {},
  );
}

test("as many workers as the silent model's limit feeds", () => {
  // Eight at once of 4 s each are 120 a minute.
  const config = configOf({ rpm: 600 }, { concurrency: 8 });
  expect(planWorkers(config, 4)).toEqual([
    { silentModel: "candidate", requestsPerMinute: 600, concurrency: 8, workers: 5 },
  ]);
  expect(asKubernetes(planWorkers(config, 4), 4)).toContain("path: /spec/maxReplicaCount, value: 5 }");
});

test("what the mirror keeps to is less than what the deployment may", () => {
  const config = configOf({ rpm: 600 }, { concurrency: 8, requests_per_minute: 100 });
  expect(planWorkers(config, 4)[0]?.workers).toBe(1);
});

test("without a limit nothing is said but that one is missing", () => {
  const text = asKubernetes(planWorkers(configOf({}), 4), 4);
  expect(text).toMatch(/^# candidate: no limit is named/);
  expect(text).not.toContain("patches");
});
