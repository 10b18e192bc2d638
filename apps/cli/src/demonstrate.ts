import { systemClock as clock } from "@understudy/runtime";
import { demoRequests } from "@understudy/simulator";
import type { Report } from "@understudy/evaluation";
import { SingleBar } from "cli-progress";
import { type Api, ApiFault, type Outcomes } from "./api.ts";
import { asShortTable } from "./report/as-table.ts";

export interface Demonstration {
  /** Model group to ask for; null is the first that the gateway lists. */
  readonly model: string | null;
  readonly count: number;
  /** Requests at once. */
  readonly concurrency: number;
}

/** The gateway writes its account every second: before that, a count says nothing. */
const ACCOUNT_MS = 1_200;
/** A worker that has made no pair for so long is not at work. */
const PATIENCE_MS = 60_000;

/** Sends the prompts, waits for their pairs, and prints the experiments. Throws `ApiFault` with what to mend. */
export async function demonstrate(api: Api, { model, count, concurrency }: Demonstration): Promise<void> {
  const known = await api.models();
  const chosen = model ?? known[0];
  if (chosen === undefined || !known.includes(chosen)) {
    throw new ApiFault(`the gateway has no model ${chosen ?? ""}; it has ${known.join(", ")}`);
  }
  const before = await api.outcomes();
  const { failed, firstFailure } = await sendAll(api, requestsFor(chosen, count), concurrency);
  if (failed > 0) process.stdout.write(`${failed} of ${count} primary calls failed, the first with: ${firstFailure}\n`);
  const mirrored = await waitForPairs(api, before);
  if (!mirrored)
    process.stdout.write(`Nothing was mirrored: ${chosen} names no silent_model, or the sample missed all.\n`);
  const reports = await reportsOnceEntered(api);
  for (const report of reports) process.stdout.write(`\n${asShortTable(report)}\n`);
}

/** Streams ask for their usage, so that both sides' tokens and cost are known. */
function requestsFor(model: string, count: number): readonly object[] {
  const all = demoRequests();
  return Array.from({ length: count }, (_, index) => {
    const request = all[index % all.length];
    return { ...request, model, ...(request?.stream === true ? { stream_options: { include_usage: true } } : {}) };
  });
}

interface Sent {
  readonly failed: number;
  readonly firstFailure: string;
}

async function sendAll(api: Api, requests: readonly object[], concurrency: number): Promise<Sent> {
  const bar = progressBar("requests");
  bar.start(requests.length, 0);
  const queue = requests.values();
  const failures: string[] = [];
  const sendOn = async (): Promise<void> => {
    for (const request of queue) {
      const failure = await api.complete(request);
      if (failure !== null) failures.push(failure);
      bar.increment();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendOn));
  bar.stop();
  return { failed: failures.length, firstFailure: failures[0] ?? "" };
}

/** Waits until no mirror is pending; false when none was made. The worker may be elsewhere, so only asking can tell. */
async function waitForPairs(api: Api, before: Outcomes): Promise<boolean> {
  await clock.sleep(ACCOUNT_MS);
  let now = await api.outcomes();
  if (now.admitted === before.admitted) return false;
  const bar = progressBar("pairs   ");
  bar.start(now.admitted - before.admitted, 0);
  let lastMove = clock.monotonic();
  while (now.ended < now.admitted && clock.monotonic() - lastMove < PATIENCE_MS) {
    await clock.sleep(300);
    const next = await api.outcomes();
    if (next.ended > now.ended) lastMove = clock.monotonic();
    now = next;
    bar.setTotal(now.admitted - before.admitted);
    bar.update(now.ended - before.ended);
  }
  bar.update(now.ended - before.ended);
  bar.stop();
  if (now.ended < now.admitted) process.stdout.write("No pair has come for a minute: is a worker running?\n");
  return true;
}

const ENTRY_MS = 30_000;
/** Longer than it takes a worker to find the conversations of new pairs. */
const STILL_MS = 10_000;

/**
 * The reports, once the conversations of their pairs have entered: a horizon after they began, and once the judge has spoken.
 * Some pairs never enter, as turns that come late do not: when nothing moves any more, that is all.
 */
async function reportsOnceEntered(api: Api): Promise<readonly Report[]> {
  const until = clock.monotonic() + ENTRY_MS;
  let moved = { entered: -1, at: 0 };
  for (;;) {
    const reports = await Promise.all((await api.experimentIds()).map((id) => api.report(id)));
    const now = clock.monotonic();
    const entered = reports.reduce((sum, { verdict }) => sum + verdict.pairs, 0);
    if (entered !== moved.entered) moved = { entered, at: now };
    const complete = reports.every(({ verdict, pairs }) => verdict.open === 0 && verdict.pairs >= pairs.called);
    if (complete || now > until || now - moved.at > STILL_MS) return reports;
    await clock.sleep(1_000);
  }
}

function progressBar(name: string): SingleBar {
  return new SingleBar({
    format: `  ${name} [{bar}] {value}/{total}  {duration_formatted}`,
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
}
