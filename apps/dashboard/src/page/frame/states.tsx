import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

export function Loading(): ReactNode {
  return (
    <p className="loading" role="status">
      Loading…
    </p>
  );
}

/** What went wrong, in the gateway's words, and another try. It is tried again by itself too. */
export function Fault({ error }: { readonly error: Error }): ReactNode {
  const client = useQueryClient();
  return (
    <div className="fault" role="alert">
      <strong>This cannot be shown now.</strong>
      <p>{error.message}</p>
      <button type="button" className="btn" onClick={() => void client.refetchQueries({ type: "active" })}>
        Try again
      </button>
    </div>
  );
}

/** What is shown is from before, and why; nothing while all is well. */
export function Stale({ error }: { readonly error: Error | null }): ReactNode {
  if (error === null) return null;
  return (
    <p className="warn" role="status">
      These figures are not the newest: {error.message}
    </p>
  );
}
