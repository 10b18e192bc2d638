import { type Queue, SpanKind } from "bullmq";

export type BulkJob = Parameters<Queue["addBulk"]>[0][number];

export interface TracedJob {
  readonly job: BulkJob;
  /** W3C trace context of the primary's span; null where it is in no trace. */
  readonly traceparent: string | null;
}

/**
 * Adds jobs in one batch. BullMQ has one span for a batch, which belongs to many traces; so each job gets one of its own,
 * below its primary's span and open until the batch has arrived, and the consumer's span stands below that.
 */
export async function addTraced(
  queue: Pick<Queue, "addBulk" | "trace" | "name">,
  jobs: readonly TracedJob[],
): Promise<void> {
  const arrival = Promise.withResolvers<void>();
  const spans: Promise<unknown>[] = [];
  const carrying = jobs.map(({ job, traceparent }) => {
    if (traceparent === null) return job;
    let metadata: string | undefined;
    const open = queue.trace(
      SpanKind.PRODUCER,
      "add",
      queue.name,
      // BullMQ tells a callback of its span's context only when it takes two parameters. It is called at once.
      (span, context) => {
        metadata = context;
        span?.setAttributes({ "bullmq.job.id": job.opts?.jobId, "bullmq.job.name": job.name });
        return arrival.promise;
      },
      JSON.stringify({ traceparent }),
    );
    spans.push(open);
    return metadata === undefined ? job : { ...job, opts: { ...job.opts, telemetry: { metadata } } };
  });
  const ended = Promise.allSettled(spans);
  try {
    await queue.addBulk(carrying);
    arrival.resolve();
  } catch (error) {
    arrival.reject(error);
    throw error;
  } finally {
    await ended;
  }
}
