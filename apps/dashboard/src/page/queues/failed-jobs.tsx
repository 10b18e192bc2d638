import type { QueuedJob, QueuedJobPage, RefusedJob } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { postJson, useApi } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { counted } from "../frame/format.ts";
import { Said } from "../frame/said.tsx";
import { Fault } from "../frame/states.tsx";
import { useAction } from "../frame/use-action.ts";
import { When } from "../frame/when.tsx";

interface FailedJobsProps {
  readonly silentModel: string;
  /** How many there are. */
  readonly failed: number;
}

interface Refusals {
  readonly refused?: readonly RefusedJob[];
}

/** What can be done about the failed jobs of a silent model, one by one or all at once. */
export function FailedJobs({ silentModel, failed }: FailedJobsProps): ReactNode {
  const path = `/api/queues/${encodeURIComponent(silentModel)}/failed`;
  const { busy, problem, run } = useAction();
  const [refused, setRefused] = useState("");
  const [asked, setAsked] = useState<"retry" | "discard" | null>(null);
  const act = async (what: string): Promise<void> =>
    setRefused(refusalWords(await postJson<Refusals>(`${path}/${what}`)));
  const said = problem ?? refused;
  return (
    <>
      {said !== "" && (
        <p className="bad" role="alert">
          {said}
        </p>
      )}
      {failed > 0 && (
        <>
          <div className="queue-acts">
            <button type="button" className="btn" disabled={busy} onClick={() => setAsked("retry")}>
              Retry all …
            </button>
            <button type="button" className="btn stop" disabled={busy} onClick={() => setAsked("discard")}>
              Discard all …
            </button>
          </div>
          <FailedList path={path} disabled={busy} act={(what) => void run(() => act(what))} />
        </>
      )}
      {asked === "retry" && (
        <Confirm
          title="Retry all that failed?"
          will={[`Ask ${silentModel} again for ${jobs(failed)}? Each call costs what a call costs.`]}
          label="Retry all"
          doing="Retrying…"
          act={() => act("retry")}
          close={() => setAsked(null)}
        />
      )}
      {asked === "discard" && (
        <Confirm
          title="Discard all that failed?"
          will={[`Forget ${jobs(failed)}? Their pairs stay failed.`]}
          label="Discard all"
          doing="Discarding…"
          takesAway
          act={() => act("discard")}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

const jobs = (number: number): string => counted(number, "failed job");

function refusalWords({ refused = [] }: Refusals): string {
  const [first] = refused;
  return first === undefined ? "" : `${jobs(refused.length)} could not be retried. ${first.pair_id}: ${first.message}.`;
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
      <div className="queue-acts">
        {cursor !== null && (
          <button type="button" className="btn small" onClick={() => setCursor(null)}>
            Newest failed jobs
          </button>
        )}
        {next !== null && (
          <button type="button" className="btn small" onClick={() => setCursor(next)}>
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
        <Link href={`/pairs/${id}`} className="why-failed">
          <Said text={reason === "" ? "Failed without a reason" : reason} />
        </Link>
        <p className="caption">
          {failed_at !== null && (
            <>
              <When at={failed_at} relative />,{" "}
            </>
          )}
          delivered {attempts} ×
        </p>
      </div>
      <div className="queue-acts">
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
          className="btn bare small"
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
