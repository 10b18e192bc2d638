import type { ReactNode } from "react";
import { useSession } from "./api.ts";
import { firstRequest } from "../list/first-request.ts";

export function Loading(): ReactNode {
  return (
    <div className="loading" role="status">
      <span>Loading …</span>
    </div>
  );
}

/** What went wrong, in the gateway's words, and what happens next. */
export function Fault({ error }: { readonly error: Error }): ReactNode {
  return (
    <div className="card fault" role="alert">
      <strong>This cannot be shown now.</strong>
      <p>{error.message}</p>
      <p className="dim">It is tried again every few seconds.</p>
    </div>
  );
}

/** What is shown is from before, and why; nothing while all is well. */
export function Stale({ error }: { readonly error: Error | null }): ReactNode {
  if (error === null) return null;
  return (
    <p className="warning" role="status">
      These figures are not the newest: {error.message} It is tried again every few seconds.
    </p>
  );
}

/** What to do when there is nothing yet. */
export function NothingYet(): ReactNode {
  const session = useSession().data;
  const curl = firstRequest(location.origin, session?.model ?? "MODEL", session?.needed ?? false);
  return (
    <div className="card">
      <strong>Nothing has been mirrored yet.</strong>
      <p>Send a request to a model whose deployment names a silent_model:</p>
      <pre>{curl}</pre>
      <p>
        or a few hundred at once: <code>UNDERSTUDY_URL={location.origin} npm run demo</code>
        {session?.needed === true && ", with the master key in UNDERSTUDY_KEY"}
      </p>
    </div>
  );
}
