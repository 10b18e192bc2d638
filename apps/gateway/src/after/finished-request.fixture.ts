import { FIRST_TRY } from "@understudy/mirror";
import type { FinishedRequest } from "./finished-request.ts";

/** Only for tests: a chat request that `deployment` answered with as many bytes. */
export function sampleFinished(text: string, { deployment = "d1", answerBytes = 2 } = {}): FinishedRequest {
  const by = {
    deploymentId: deployment,
    modelGroup: "main",
    provider: "openai",
    model: "gpt",
    price: null,
    baseModel: null,
  };
  return {
    call: {
      id: "call_1",
      requestId: "req_1",
      clientRequestId: null,
      role: "primary",
      operation: "chat",
      stream: false,
      group: "main",
      startedAt: 0,
      startedWall: 0,
      attempts: [],
      ending: { kind: "answered", by, startedAt: 0, changes: [], ended: true, cut: null },
      recording: { bytes: new Uint8Array(answerBytes), marks: [], endedAt: 1 },
    },
    request: { text, bytes: text.length, stratum: "", statefulBy: null, noLog: false },
    headers: {},
    optedOut: false,
    session: null,
    clientTry: FIRST_TRY,
    withoutText: false,
    trace: null,
    side: null,
  };
}
