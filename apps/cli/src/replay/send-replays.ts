import type { ExperimentKey } from "@understudy/contracts";
import { replayExperimentId, type SilentModel } from "@understudy/config";
import { makeReplayJob, type MirrorQueues, replayPairIdOf } from "@understudy/mirror";
import type { Clock } from "@understudy/runtime";
import type { Pair, Store, TextsPage, TextsQuery } from "@understudy/store";
import type { Budget, Estimated } from "./budget.ts";
import type { Estimate } from "./estimate.ts";
import type { Outstanding } from "./outstanding.ts";
import type { Patiently } from "./patiently.ts";

export interface Replay {
  readonly source: ExperimentKey;
  readonly silent: SilentModel;
  readonly limit: number;
  readonly since: number;
  readonly until: number;
}

export interface SendDeps {
  readonly store: Store;
  readonly queues: MirrorQueues;
  readonly clock: Clock;
  readonly estimate: Estimate;
  readonly budget: Budget;
  readonly outstanding: Outstanding;
  readonly patiently: Patiently;
  /** Aborts when the person who started it has had enough. */
  readonly signal: AbortSignal;
}

/** Why no further request was sent. */
export type EndedBy = "all_sent" | "limit" | "budget" | "interrupted";

/** Counts of the stored pairs that were looked at. */
export interface Sent {
  endedBy: EndedBy;
  /** Those that an earlier run has sent, and that have their pair. */
  alreadyReplayed: number;
  /** Those whose request is not kept, or not any more. */
  withoutTexts: number;
  sent: number;
}

export interface StoredRequest extends Estimated {
  readonly pair: Pair;
  readonly pairId: string;
}

const PAGE = 50;
/** Jobs for one claim and one addition. */
const BATCH = 25;

/** Puts the stored requests on the silent model's queue, oldest first and a bounded number at a time. Counts into `sent`. */
export async function sendReplays(replay: Replay, sent: Sent, deps: SendDeps): Promise<void> {
  for await (const requests of requestsToSend(replay, sent, deps)) {
    let rest = requests;
    while (rest.length > 0) {
      await deps.outstanding.room();
      if (deps.signal.aborted) return void (sent.endedBy = "interrupted");
      const batch = deps.budget.affordable(rest.slice(0, BATCH));
      // What is on its way may turn out cheaper than it was thought to be.
      if (batch.length === 0 && deps.outstanding.size === 0) return void (sent.endedBy = "budget");
      if (batch.length === 0) await deps.outstanding.next();
      else await sendBatch(batch, replay, deps);
      sent.sent += batch.length;
      rest = rest.slice(batch.length);
    }
  }
}

type ReadDeps = Pick<SendDeps, "store" | "estimate" | "patiently">;

/** Page by page what is neither replayed already nor without its texts, up to the limit. Counts into `sent`. */
export async function* requestsToSend(
  replay: Replay,
  sent: Sent,
  deps: ReadDeps,
): AsyncGenerator<readonly StoredRequest[]> {
  const { source, limit, since, until } = replay;
  let taken = 0;
  let cursor: string | null = null;
  do {
    const query: TextsQuery = {
      experiment: source.id,
      since,
      until,
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    };
    const page: TextsPage = await deps.patiently(() => deps.store.pairs.listTexts(query));
    const requests: StoredRequest[] = [];
    for (const request of await standings(page, replay, deps)) {
      if (request.pair.request === null && !request.replayed) {
        sent.withoutTexts += 1;
      } else if (taken === limit) {
        sent.endedBy = "limit";
        break;
      } else {
        taken += 1;
        if (request.replayed) sent.alreadyReplayed += 1;
        else requests.push(request);
      }
    }
    yield requests;
    cursor = page.next_cursor;
  } while (cursor !== null && sent.endedBy !== "limit");
}

interface Standing extends StoredRequest {
  readonly replayed: boolean;
}

/** How far the replay of each pair of a page has come. */
async function standings({ data }: TextsPage, { silent }: Replay, deps: ReadDeps): Promise<readonly Standing[]> {
  const pairs = data.map((pair) => ({ pair, pairId: replayPairIdOf(pair.request_id, silent.name) }));
  const states = await deps.patiently(() => deps.store.replays.read(pairs.map(({ pairId }) => pairId)));
  const outcomes = new Map(states.map(({ id, outcome }) => [id, outcome]));
  return pairs.map(({ pair, pairId }) => {
    const replayed = (outcomes.get(pairId) ?? null) !== null;
    const estimateUsd = pair.request === null || replayed ? null : deps.estimate(pair);
    return { pair, pairId, estimateUsd, claimed: outcomes.has(pairId), replayed };
  });
}

/** Claimed first: what is claimed and never arrives shows as pending, and is sent by the next run. */
async function sendBatch(batch: readonly StoredRequest[], replay: Replay, deps: SendDeps): Promise<void> {
  const { source, silent } = replay;
  const now = deps.clock.now();
  const jobs = batch.map(({ pair: { primary, request } }) =>
    makeReplayJob({ silent, primaryGroup: source.primary, primary, request, now }),
  );
  const claims = jobs.map(({ pair_id, admitted_at, expires_at }, index) => {
    return { pair_id, admitted_at, expires_at, estimate_usd: batch[index]?.estimateUsd ?? null };
  });
  await deps.patiently(() => deps.store.replays.claim(claims, keyOf(replay)));
  await deps.patiently(() => deps.queues.producer(silent.name).add(jobs));
  for (const request of batch) deps.outstanding.add(request.pairId, request);
}

export function keyOf({ source, silent }: Pick<Replay, "source" | "silent">): ExperimentKey {
  const id = replayExperimentId(source.primary, silent.name);
  return { id, primary: source.primary, silent: silent.name, replay: true };
}
