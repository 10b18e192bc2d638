import type { ReactNode } from "react";

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
    <div className="fault" role="alert">
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
