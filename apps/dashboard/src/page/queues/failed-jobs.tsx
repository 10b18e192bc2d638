import type { QueuedJob, QueuedJobPage, RefusedJob } from "@understudy/contracts";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { postJson, useApi } from "../frame/api.ts";
import { count } from "../frame/format.ts";
import { Fault } from "../frame/states.tsx";
import { When } from "../frame/when.tsx";

interface FailedJobsProps {
  readonly silentModel: string;
  /** How many there are. */
  readonly failed: number;
}

/** What can be done about the failed jobs of a silent model, one by one or all at once. */
export function FailedJobs({ silentModel, failed }: FailedJobsProps): ReactNode {
  const path = `/api/queues/${encodeURIComponent(silentModel)}/failed`;
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");

  /** Does it, says how it went, and has everything on the page read again. */
  async function act(what: string): Promise<void> {
    setBusy(true);
    setSaid(
      await postJson<{ refused?: readonly RefusedJob[] }>(`${path}/${what}`).then(
        refusalWords,
        (error: Error) => error.message,
      ),
    );
    await client.invalidateQueries();
    setBusy(false);
  }

  return (
    <>
      {said !== "" && (
        <p className="fault" role="alert">
          {said}
        </p>
      )}
      {failed > 0 && (
        <>
          <div className="actions">
            <Confirmed
              disabled={busy}
              label="Retry all"
              question={`Ask ${silentModel} again for ${jobs(failed)}? Each call costs what a call costs.`}
              act={() => void act("retry")}
            />
            <Confirmed
              disabled={busy}
              label="Discard all"
              question={`Forget ${jobs(failed)}? Their pairs stay failed.`}
              act={() => void act("discard")}
            />
          </div>
          <FailedList path={path} disabled={busy} act={(what) => void act(what)} />
        </>
      )}
    </>
  );
}

const jobs = (number: number): string => `${count(number)} failed ${number === 1 ? "job" : "jobs"}`;

function refusalWords({ refused = [] }: { readonly refused?: readonly RefusedJob[] }): string {
  const [first] = refused;
  return first === undefined ? "" : `${jobs(refused.length)} could not be retried. ${first.pair_id}: ${first.message}.`;
}

interface ConfirmedProps {
  readonly label: string;
  readonly question: string;
  readonly disabled: boolean;
  readonly act: () => void;
}

/** A button that asks before it acts. */
function Confirmed({ label, question, disabled, act }: ConfirmedProps): ReactNode {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button type="button" className="btn small" disabled={disabled} onClick={() => setAsking(true)}>
        {label} …
      </button>
    );
  }
  const answer = (yes: boolean): void => {
    setAsking(false);
    if (yes) act();
  };
  return (
    <div className="warning" role="group" aria-label={label}>
      <p>{question}</p>
      <button type="button" className="btn small" onClick={() => answer(true)}>
        {label}
      </button>{" "}
      <button type="button" className="btn bare small" autoFocus onClick={() => answer(false)}>
        Cancel
      </button>
    </div>
  );
}

interface FailedListProps {
  readonly path: string;
  readonly disabled: boolean;
  readonly act: (what: string) => void;
}

const PAGE = 20;

function FailedList({ path, disabled, act }: FailedListProps): ReactNode {
  const [cursor, setCursor] = useState<string | null>(null);
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
  const { data, error } = useApi<QueuedJobPage>(`${path}?${query}`);
  if (data === undefined) return error === null ? null : <Fault error={error} />;
  const next = data.next_cursor;
  return (
    <>
      <ul className="jobs" aria-label="Failed jobs">
        {data.data.map((job) => (
          <FailedLine key={job.pair_id} job={job} disabled={disabled} act={act} />
        ))}
      </ul>
      <div className="actions">
        {cursor !== null && (
          <button type="button" className="btn bare small" onClick={() => setCursor(null)}>
            Newest failed jobs
          </button>
        )}
        {next !== null && (
          <button type="button" className="btn bare small" onClick={() => setCursor(next)}>
            Older failed jobs
          </button>
        )}
      </div>
    </>
  );
}

interface FailedLineProps extends Pick<FailedListProps, "disabled" | "act"> {
  readonly job: QueuedJob;
}

function FailedLine({ job, disabled, act }: FailedLineProps): ReactNode {
  const { pair_id, failed_at, reason, attempts } = job;
  const id = encodeURIComponent(pair_id);
  return (
    <li>
      <div>
        <Link href={`/pairs/${id}`}>{pair_id.slice(0, 18)}…</Link>{" "}
        <span className="dim">
          {failed_at !== null && <When at={failed_at} relative />} delivered {attempts} ×
        </span>
        <div className="answer">{reason}</div>
      </div>
      <div className="actions">
        <button
          type="button"
          className="btn small"
          disabled={disabled}
          onClick={() => act(`${id}/retry`)}
          aria-label={`Retry ${pair_id}`}
        >
          Retry
        </button>
        <button
          type="button"
          className="btn small"
          disabled={disabled}
          onClick={() => act(`${id}/discard`)}
          aria-label={`Discard ${pair_id}`}
        >
          Discard
        </button>
      </div>
    </li>
  );
}
