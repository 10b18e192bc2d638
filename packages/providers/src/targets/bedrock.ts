import type { Config, Deployment } from "@understudy/config";
import { fromEnv } from "./deployment-faults.ts";

/** LiteLLM's words for which of Bedrock's APIs it asks, and for throughput that is paid for ahead: all models speak Converse. */
const NOT_OF_THE_NAME =
  /^(?:converse|converse_like|invoke|llama|deepseek_r1|qwen2|qwen3|openai|nova|\d+-month-commitment)\//;
const REGION = /^([a-z]{2}(?:-[a-z]+)+-\d)\//;
const ARN = /^arn:[a-z-]+:bedrock:([a-z0-9-]+):/;
const MOST_WORDS = 3;
const USUAL_REGION = "us-west-2";

interface Named {
  /** As AWS knows it: an id, a profile's name, an ARN. */
  readonly model: string;
  /** The region in the path. */
  readonly region: string | null;
}

/** What a name that LiteLLM reads comes to: `converse/us-east-1/anthropic.claude-…`. */
export function bedrockName(written: string): Named {
  let model = written;
  let region: string | null = null;
  // A client fills a wildcard with whatever it likes.
  for (let round = 0; round < MOST_WORDS; round += 1) {
    model = model.replace(NOT_OF_THE_NAME, "");
    region ??= REGION.exec(model)?.[1] ?? null;
    model = model.replace(REGION, "");
  }
  return { model, region };
}

/** Where a deployment's model is: as it says, as its name or ARN says, as the environment says, or where LiteLLM takes it to be. */
export function awsRegion({ clouds, model }: Deployment, env: Config["env"]): string {
  const named = bedrockName(model.replace(/^bedrock\//, ""));
  const ofArn = ARN.exec(clouds.aws?.modelId ?? named.model)?.[1];
  const written = clouds.aws?.region ?? named.region ?? ofArn;
  return written ?? fromEnv(env, ["AWS_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"]) ?? USUAL_REGION;
}

/** An address with the region where it stands open; China's have an ending of their own. */
export function inRegion(address: string, deployment: Deployment, env: Config["env"]): string {
  const region = awsRegion(deployment, env);
  return address.replace("{region}", region) + (region.startsWith("cn-") ? ".cn" : "");
}
