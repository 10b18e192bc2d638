import type { QueueSummary } from "@understudy/contracts";
import { type ReactNode, useId } from "react";
import { useApi } from "../frame/api.ts";
import { count, duration, fixed, total, words } from "../frame/format.ts";
import { usePageTitle } from "../frame/page-title.ts";
import { Said } from "../frame/said.tsx";
import { Fault, Loading } from "../frame/states.tsx";
import { FailedJobs } from "./failed-jobs.tsx";

/** Each silent model's queue: what waits, how fast it goes, and what failed. */
export function QueuesPage(): ReactNode {
  const { data, error } = useApi<{ readonly data: readonly QueueSummary[] }>("/api/queues");
  usePageTitle("Queues");
  return (
    <>
      <div className="head">
        <h1>Queues</h1>
      </div>
      {data === undefined && (error === null ? <Loading /> : <Fault error={error} />)}
      {data?.data.length === 0 && (
        <p className="lead-text">No deployment names a silent_model: nothing is mirrored, and nothing waits.</p>
      )}
      {data?.data.map((queue) => (
        <Queue key={queue.silent_model} queue={queue} />
      ))}
    </>
  );
}

function Queue({ queue }: { readonly queue: QueueSummary }): ReactNode {
  const { silent_model, depth, oldest_ms, oldest_delayed_ms, pairs_per_minute } = queue;
  const id = useId();
  const { text, className } = stateOf(queue);
  const delayed = oldest_delayed_ms === null ? null : `admitted ${duration(oldest_delayed_ms)} ago`;
  return (
    <section className="queue" aria-labelledby={id}>
      <header>
        <h2 id={id} className="name-of">
          <Said text={silent_model} />
        </h2>
        <span className={className}>{text}</span>
      </header>
      <dl className="queue-figures">
        <Figure name="waiting" text={count(depth.waiting)} under={since(oldest_ms)} />
        <Figure name="under way" text={count(depth.active)} />
        <Figure name="to be tried again" text={count(depth.delayed)} under={delayed} />
        <Figure name="pairs a minute" text={pairs_per_minute === null ? "–" : fixed(pairs_per_minute, 1)} />
        <Figure name="failed jobs" text={count(depth.failed)} bad={depth.failed > 0} />
      </dl>
      <p className="soft">
        {endedWords(queue.ended)} {droppedWords(queue.dropped)}
      </p>
      <FailedJobs silentModel={silent_model} failed={depth.failed} />
    </section>
  );
}

function since(oldest: number | null): string | null {
  return oldest === null ? null : `the oldest for ${duration(oldest)}`;
}

function stateOf({ paused, resting_ms, depth }: QueueSummary): { readonly text: string; readonly className: string } {
  if (paused) return { text: "paused: no worker takes its jobs", className: "warn" };
  if (resting_ms !== null) return { text: `rests for ${duration(resting_ms)}: its limits are met`, className: "warn" };
  const idle = depth.waiting + depth.active + depth.delayed === 0;
  return { text: idle ? "idle" : "at work", className: "quiet" };
}

interface FigureProps {
  readonly name: string;
  readonly text: string;
  readonly under?: string | null;
  readonly bad?: boolean;
}

function Figure({ name, text, under = null, bad = false }: FigureProps): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={bad ? "bad" : ""}>{text}</dd>
      {under !== null && <dd className="caption">{under}</dd>}
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
