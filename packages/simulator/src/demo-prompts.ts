import { seededRandom } from "./answer/dice.ts";
import { classificationRequests } from "./demo/classification.ts";
import { conversationRequests } from "./demo/conversations.ts";
import type { DemoRequest } from "./demo/demo-request.ts";
import { extractionRequests } from "./demo/extraction.ts";
import { knowledgeRequests } from "./demo/knowledge.ts";
import { languageRequests } from "./demo/languages.ts";
import { toolRequests } from "./demo/tools.ts";
import { writingRequests } from "./demo/writing.ts";

export type { DemoMessage, DemoRequest } from "./demo/demo-request.ts";

/**
 * Some 300 chat request bodies without `model`, always the same and in the same mixed order: kinds, languages and
 * lengths vary, and a third of them asks for a stream.
 */
export function demoRequests(): readonly DemoRequest[] {
  const requests = [
    ...classificationRequests(),
    ...extractionRequests(),
    ...knowledgeRequests(),
    ...writingRequests(),
    ...toolRequests(),
    ...conversationRequests(),
    ...languageRequests(),
  ];
  return shuffled(requests).map((request, index) => (index % 3 === 0 ? streamed(request, index % 6 === 0) : request));
}

function streamed(request: DemoRequest, withUsage: boolean): DemoRequest {
  return { ...request, stream: true, ...(withUsage ? { stream_options: { include_usage: true } } : {}) };
}

function shuffled(requests: readonly DemoRequest[]): readonly DemoRequest[] {
  const random = seededRandom("demo");
  const places = requests.map((request) => ({ request, place: random() }));
  return places.toSorted((one, other) => one.place - other.place).map(({ request }) => request);
}
