import { stableFraction } from "@understudy/runtime";

/** Share of `max_queue_length` up to which every job is taken. */
const ROOMY = 0.8;

/** Jobs on a queue from which on requests give way. */
export function shedsFrom(limit: number): number {
  return ROOMY * limit;
}

/**
 * Whether a request gives way because the queue is filling up. Up to 80% of the limit none does; from there the share that
 * is still taken falls evenly, to none at the limit. Who gives way is decided by the request's id alone, so it is the same
 * requests for every silent model, and neither the large nor the late ones are favoured.
 */
export function isShed(requestId: string, depth: number, limit: number): boolean {
  const roomy = shedsFrom(limit);
  if (depth < roomy) return false;
  if (depth >= limit) return true;
  const taken = (limit - depth) / (limit - roomy);
  // Salted: a request that barely made it into the sample must not be the first to go.
  return stableFraction(`shed ${requestId}`) >= taken;
}
