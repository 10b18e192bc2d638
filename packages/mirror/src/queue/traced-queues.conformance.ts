import type { Telemetry } from "bullmq";
import { expect, test } from "vitest";
import { consumerOptions, NO_DEADLINE, recordDeliveries } from "./delivery-recorder.fixture.ts";
import { jobNumber } from "../job/mirror-job.fixture.ts";
import type { MirrorQueues } from "./queues.ts";

interface RecordedSpan {
  readonly id: string;
  readonly name: string;
  /** Id of the span above; empty for none. */
  readonly parent: string;
  readonly attributes: Record<string, unknown>;
  ended: boolean;
}

/** Keeps the spans that BullMQ begins. A context is the id of its span. */
function recordSpans(): { readonly telemetry: Telemetry<string>; readonly spans: readonly RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  const telemetry: Telemetry<string> = {
    tracer: {
      startSpan(name, _options, parent = "") {
        const span: RecordedSpan = { id: `span-${spans.length}`, name, parent, attributes: {}, ended: false };
        spans.push(span);
        return {
          setSpanOnContext: () => span.id,
          setAttribute: (key, value) => void (span.attributes[key] = value),
          setAttributes: (attributes) => void Object.assign(span.attributes, attributes),
          addEvent: () => undefined,
          recordException: () => undefined,
          end: () => void (span.ended = true),
        };
      },
    },
    contextManager: {
      with: (_context, work) => (work as () => ReturnType<typeof work>)(),
      active: () => "",
      getMetadata: (context: string) => JSON.stringify({ traceparent: context }),
      fromMetadata: (_active, metadata) => (JSON.parse(metadata) as { traceparent: string }).traceparent,
    },
  };
  return { telemetry, spans };
}

/** What a trace shows of the queue, whatever stands behind it. */
export function tracedQueuesConform(open: (telemetry: Telemetry) => Promise<MirrorQueues>): void {
  const traced = (number: number, traceparent: string) => jobNumber(number, { logging: { traceparent } });

  test("each job has a span below its primary's, and its consumer's stands below that", async () => {
    const { telemetry, spans } = recordSpans();
    const queues = await open(telemetry);
    const jobs = [traced(1, "primary-1"), traced(2, "primary-2"), jobNumber(3)];
    await queues.producer("traced").add(jobs);
    const added = spans.filter(({ name }) => name === "add mirror-traced");
    expect(added).toMatchObject([
      { parent: "primary-1", ended: true, attributes: { "bullmq.job.id": jobs[0]?.pair_id } },
      { parent: "primary-2", ended: true, attributes: { "bullmq.job.id": jobs[1]?.pair_id } },
    ]);
    const recorder = recordDeliveries((_, number) => (number === 1 ? { kind: "again", afterMs: 0 } : { kind: "done" }));
    const consumer = queues.consumer(consumerOptions("traced", recorder, { concurrency: 1 }));
    await consumer.start();
    await recorder.reached(4);
    await consumer.stop(NO_DEADLINE);
    const parentsOf = (id: string | undefined) =>
      spans
        .filter(({ name, attributes }) => name === "process mirror-traced" && attributes["bullmq.job.id"] === id)
        .map(({ parent, ended }) => ({ parent, ended }));
    const [first, second] = added.map(({ id }) => ({ parent: id, ended: true }));
    const [twice, once, untraced] = jobs.map(({ pair_id }) => parentsOf(pair_id));
    expect(twice).toEqual([first, first]);
    expect(once).toEqual([second]);
    // BullMQ's own span of the batch, which stands in no primary's trace.
    expect(untraced).toEqual([{ parent: spans.find(({ name }) => name.startsWith("addBulk"))?.id, ended: true }]);
    await queues.close();
  });
}
