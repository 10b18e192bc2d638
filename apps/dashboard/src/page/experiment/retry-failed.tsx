import type { QueuedJobPage, RetriedAll } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { postJson, useApi } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { count, counted } from "../frame/format.ts";
import { useAction } from "../frame/use-action.ts";

interface RetryFailedProps {
  readonly silentModel: string;
  /** Of the experiment, all its time. */
  readonly failed: number;
}

/** Once the cause is mended: one call to see whether it is, and then the others. */
export function RetryFailed({ silentModel, failed }: RetryFailedProps): ReactNode {
  const path = `/api/queues/${encodeURIComponent(silentModel)}/failed`;
  const { data } = useApi<QueuedJobPage>(`${path}?limit=1`);
  const { busy, problem, run } = useAction();
  const [all, setAll] = useState(false);
  const [said, setSaid] = useState("");
  const [first] = data?.data ?? [];
  if (first === undefined) return <NothingKept failed={failed} said={said} />;
  const retryOne = async (): Promise<void> => {
    const done = await run(() => postJson(`${path}/${encodeURIComponent(first.pair_id)}/retry`));
    if (done) setSaid("One call is made again.");
  };
  return (
    <>
      <button type="button" className="btn first" disabled={busy} onClick={() => void retryOne()}>
        {busy ? "Retrying…" : "Retry one call"}
      </button>
      <button type="button" className="btn" disabled={busy} onClick={() => setAll(true)}>
        Retry all that failed…
      </button>
      <span className="note" role="status">
        {said}
      </span>
      {problem !== null && (
        <p className="bad" role="alert">
          {problem}
        </p>
      )}
      {all && (
        <Confirm
          title="Retry all that failed?"
          will={[
            `${counted(failed, "failed call")} of this experiment so far; those that are still kept on the queue of ${silentModel} are made again.`,
            "Each costs what a call costs. Clients notice nothing.",
          ]}
          label="Retry all"
          doing="Retrying…"
          act={async () => {
            const { retried, refused } = await postJson<RetriedAll>(`${path}/retry`);
            const [one] = refused;
            const not = one === undefined ? "" : ` ${count(refused.length)} could not be: ${one.message}`;
            setSaid(`${counted(retried, "call")} made again.${not}`);
          }}
          close={() => setAll(false)}
        />
      )}
    </>
  );
}

/** Failed jobs are kept for a while, and not for ever. */
function NothingKept({ failed, said }: { readonly failed: number; readonly said: string }): ReactNode {
  if (said !== "") return <span className="note">{said}</span>;
  return failed === 0 ? null : (
    <span className="note">What failed is no longer on the queue: new requests will tell.</span>
  );
}
