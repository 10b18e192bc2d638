import type { MockAnswer } from "./config.ts";
import type { Fault } from "./fault.ts";
import { AMOUNT } from "./number-rule.ts";
import type { Section } from "./section.ts";

/** Reads `mock_response`, `mock_tool_calls`, `mock_timeout` and `mock_delay`; null where nothing is to be mocked, as to LiteLLM. */
export function readMock(params: Section): MockAnswer | null {
  const response = params.value("mock_response");
  const toolCalls = params.list("mock_tool_calls");
  const hangs = params.flag("mock_timeout") ?? false;
  const delayMs = params.seconds("mock_delay", AMOUNT) ?? 0;
  const mocks = (response !== undefined && response !== null && response !== "") || toolCalls !== null || hangs;
  return mocks ? { response: response ?? null, toolCalls, delayMs, hangs } : null;
}

const ENDPOINT = /\.(?:api_key|api_base|base_url|api_version)$/;

/** What a deployment lacks that is mocked: it needs no provider, and so neither a key nor an address. */
export function lacksWhenMocked(lacks: readonly Fault[]): readonly Fault[] {
  return lacks.filter(({ path }) => !ENDPOINT.test(path));
}
