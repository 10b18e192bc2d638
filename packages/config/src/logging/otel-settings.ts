import type { Reading } from "../reading.ts";
import type { OtelSink, SinkCalls } from "./logging.ts";
import { createOtelVariables, type OtelVariables } from "./otel-variables.ts";
import { readMetricsTarget, readTracesTarget } from "./otlp-targets.ts";

const SAMPLERS = ["always_on", "always_off", "traceidratio"] as const;
const PARENT_BASED = "parentbased_";
const PROPAGATORS = ["tracecontext", "baggage", "none"] as const;

/**
 * OpenTelemetry's own variables, and LiteLLM's where those are not set. What cannot be done is a fault: spans that go
 * nowhere would be missed only when they are needed.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function readOtel(calls: SinkCalls, reading: Reading, text: boolean): OtelSink {
  const variables = createOtelVariables(reading);
  const off = variables.flag("OTEL_SDK_DISABLED");
  return {
    kind: "otel",
    calls,
    traces: off ? null : readTracesTarget(variables),
    metrics: off ? null : readMetricsTarget(variables),
    serviceName: variables.text("OTEL_SERVICE_NAME"),
    resource: readResource(variables),
    sampler: readSampler(variables),
    propagates: !off && readPropagates(variables),
    batch: {
      calls: variables.amount("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") ?? 100,
      held: variables.amount("OTEL_BSP_MAX_QUEUE_SIZE") ?? 10_000,
      everyMs: variables.amount("OTEL_BSP_SCHEDULE_DELAY") ?? 500,
    },
    text,
  };
}

/** LiteLLM's variable for the environment has the attribute that LiteLLM gives it. */
function readResource(variables: OtelVariables): Readonly<Record<string, string>> {
  const environment = variables.text("OTEL_ENVIRONMENT_NAME");
  return {
    ...(environment === null ? {} : { "deployment.environment": environment }),
    ...variables.pairs("OTEL_RESOURCE_ATTRIBUTES"),
  };
}

function readSampler(variables: OtelVariables): OtelSink["sampler"] {
  const known = SAMPLERS.flatMap((name) => [name, `${PARENT_BASED}${name}` as const]);
  const name = variables.choice("OTEL_TRACES_SAMPLER", known) ?? "parentbased_always_on";
  const parentBased = name.startsWith(PARENT_BASED);
  switch (name.replace(PARENT_BASED, "")) {
    case "always_off":
      return { parentBased, ratio: 0 };
    case "traceidratio":
      return { parentBased, ratio: variables.share("OTEL_TRACES_SAMPLER_ARG") ?? 1 };
    default:
      return { parentBased, ratio: 1 };
  }
}

/** Baggage is nobody's here: it is neither read nor sent, and asking for it does no harm. */
function readPropagates(variables: OtelVariables): boolean {
  return variables.choices("OTEL_PROPAGATORS", PROPAGATORS)?.includes("tracecontext") ?? true;
}
