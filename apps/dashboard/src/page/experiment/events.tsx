import type { EventKind, ExperimentEvent } from "@understudy/contracts";
import type { ReactNode } from "react";
import { useApi } from "../frame/api.ts";
import { Sentence } from "../frame/said.tsx";
import { When } from "../frame/when.tsx";
import { experimentPath } from "../frame/links.ts";
import { eventText } from "./event-words.ts";

const LOOKS: Readonly<Partial<Record<EventKind, string>>> = {
  started: "lead",
  rollout_started: "lead",
  advanced: "lead",
  promoted: "good",
  rolled_back: "bad",
  held: "held",
};

interface EventsProps {
  /** Null: of what nobody keeps any. */
  readonly id: string | null;
}

/** What happened to an experiment, newest first: who, when and why. */
export function Events({ id }: EventsProps): ReactNode {
  const { data: shown = [] } = useEvents(id);
  if (shown.length === 0) return null;
  return (
    <section className="part" aria-labelledby="events">
      <header>
        <h2 id="events">Events</h2>
      </header>
      <ol className="events">
        {shown.slice(0, MOST).map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ol>
      {shown.length > MOST && (
        <details className="fold">
          <summary>{shown.length - MOST} earlier</summary>
          <ol className="events">
            {shown.slice(MOST).map((event) => (
              <EventLine key={event.id} event={event} />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

const MOST = 8;

export function useEvents(id: string | null): { readonly data: readonly ExperimentEvent[] | undefined } {
  const path = id === null ? null : `${experimentPath(id)}/events`;
  const { data } = useApi<{ readonly data: readonly ExperimentEvent[] }>(path);
  return { data: data?.data };
}

function EventLine({ event }: { readonly event: ExperimentEvent }): ReactNode {
  const { at, who, kind, reason } = event;
  return (
    <li className={LOOKS[kind] ?? ""}>
      <p>
        <b>{eventText(event)}</b>
        {reason !== null && (
          <>
            : <Sentence text={reason} />
          </>
        )}
      </p>
      <p className="caption">
        <When at={at} /> · {who === "guard" ? "by itself" : who === "page" ? "from this page" : <Sentence text={who} />}
      </p>
    </li>
  );
}
