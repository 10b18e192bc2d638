import { type ReactNode, type SyntheticEvent, useState } from "react";
import { Dialog } from "./dialog.tsx";
import { useAction } from "./use-action.ts";

interface ConfirmProps {
  readonly title: ReactNode;
  /** What will happen, a line each. */
  readonly will: readonly ReactNode[];
  /** The button, and what it says while it waits: `Stop`, `Stopping…`. */
  readonly label: string;
  readonly doing: string;
  readonly takesAway?: boolean;
  /** Whether a reason is asked for, and must be given. */
  readonly reason?: "may" | "must";
  readonly act: (reason: string) => Promise<unknown>;
  readonly close: () => void;
  /** Fields of its own, over the lines. */
  readonly children?: ReactNode;
}

/** Says what will happen before it does, and what went wrong where it could not. */
export function Confirm(props: ConfirmProps): ReactNode {
  const { title, will, label, doing, takesAway = false, reason, act, close, children } = props;
  const { busy, problem, run } = useAction();
  const [given, setGiven] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void run(() => act(given.trim())).then((done) => done && close());
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={submit}>
        {children}
        {will.length > 0 && (
          <ul className="will">
            {will.map((line, index) => (
              <li key={`${index} ${typeof line === "string" ? line : ""}`}>{line}</li>
            ))}
          </ul>
        )}
        {reason !== undefined && (
          <label className="reason-field">
            <span>{reason === "must" ? "Why" : "Why, if you like; it is kept with the event"}</span>
            <input value={given} required={reason === "must"} onChange={(event) => setGiven(event.target.value)} />
          </label>
        )}
        {problem !== null && (
          <p className="bad" role="alert">
            {problem}
          </p>
        )}
        <div className="acts">
          <button type="button" className="btn bare" onClick={close}>
            Cancel
          </button>
          <button type="submit" className={`btn ${takesAway ? "stop" : "first"}`} disabled={busy}>
            {busy ? doing : label}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
