import type { QueueSummary } from "@understudy/contracts";
import type { ReactNode } from "react";
import { useApi } from "../frame/api.ts";
import { FailedJobs } from "./failed-jobs.tsx";
import { count, duration, total, words } from "../frame/format.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Fault, Loading, Stale } from "../frame/states.tsx";

/** Each silent model's queue: what waits, how fast it goes, and what failed. */
export function QueuesPage(): ReactNode {
  const { data, error } = useApi<{ readonly data: readonly QueueSummary[] }>("/api/queues");
  usePageTitle("Queues");
  return (
    <>
      <h1>Queues</h1>
      {error !== null && data === undefined && <Fault error={error} />}
      {data !== undefined && <Stale error={error} />}
      {error === null && data === undefined && <Loading />}
      {data?.data.length === 0 && <p className="card">No deployment names a silent_model: nothing is mirrored.</p>}
      {data?.data.map((queue) => (
        <QueueCard key={queue.silent_model} queue={queue} />
      ))}
    </>
  );
}

function QueueCard({ queue }: { readonly queue: QueueSummary }): ReactNode {
  const { silent_model, depth, oldest_ms, oldest_delayed_ms, pairs_per_minute } = queue;
  const idle = depth.waiting + depth.active + depth.delayed === 0;
  const delayed = oldest_delayed_ms === null ? "" : `, admitted ${duration(oldest_delayed_ms)} ago`;
  return (
    <section className="card" aria-label={silent_model}>
      <h2>
        {silent_model} <span className="dim">{stateOf(queue, idle)}</span>
      </h2>
      <dl className="queue">
        <Figure name="waiting" text={count(depth.waiting)} />
        <Figure name="oldest waiting" text={duration(oldest_ms)} />
        <Figure name="under way" text={count(depth.active)} />
        <Figure name="to be tried again" text={`${count(depth.delayed)}${delayed}`} />
        <Figure name="pairs a minute" text={pairs_per_minute === null ? "unknown" : pairs_per_minute.toFixed(1)} />
        <Figure name="failed jobs" text={count(depth.failed)} bad={depth.failed > 0} />
      </dl>
      <p className="dim">
        {endedWords(queue.ended)} {droppedWords(queue.dropped)}
      </p>
      <FailedJobs silentModel={silent_model} failed={depth.failed} />
    </section>
  );
}

function stateOf({ paused, resting_ms }: QueueSummary, idle: boolean): string {
  if (paused) return "paused: no worker takes its jobs";
  if (resting_ms !== null) return `rests for ${duration(resting_ms)}: its limits are met`;
  return idle ? "idle" : "";
}

interface FigureProps {
  readonly name: string;
  readonly text: string;
  readonly bad?: boolean;
}

function Figure({ name, text, bad = false }: FigureProps): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={bad ? "bad" : ""}>{text}</dd>
    </div>
  );
}

function endedWords(ended: QueueSummary["ended"]): string {
  if (ended === null) return "The database cannot be read now: what ended and what was dropped is not known.";
  const { paired, failed, expired } = ended;
  return `In the last five minutes ${count(paired)} were paired, ${count(failed)} failed, ${count(expired)} expired.`;
}

function droppedWords(dropped: QueueSummary["dropped"]): string {
  if (dropped === null) return "";
  const reasons = Object.entries(dropped).map(([reason, number]) => `${count(number)} ${words(reason)}`);
  return reasons.length === 0
    ? "None was ever dropped."
    : `Dropped in all: ${count(total(dropped))} (${reasons.join(", ")}).`;
}
