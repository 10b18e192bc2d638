import { type ReactNode, useState } from "react";
import { CopyButton } from "../frame/copy-button.tsx";
import { Dialog } from "../frame/dialog.tsx";

const LINES = `logging_settings:
  webhook:
    url: os.environ/UNDERSTUDY_WEBHOOK_URL
    secret: os.environ/UNDERSTUDY_WEBHOOK_SECRET
    events: [experiment_decided]
`;

/** A verdict that is reached is posted to the webhook; this says how one is named. */
export function TellMe(): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="btn first" onClick={() => setOpen(true)}>
        Tell me when it is decided
      </button>
      {open && (
        <Dialog title="Tell me when it is decided" close={() => setOpen(false)}>
          <p className="will">
            The gateway posts a verdict that is reached to its webhook, signed, within five minutes. Where none is named
            yet, these lines in config.yaml name it:
          </p>
          <div className="code-block">
            <pre tabIndex={0} role="region" aria-label="Lines for config.yaml">
              {LINES}
            </pre>
            <CopyButton text={LINES} className="btn small" />
          </div>
          <div className="acts">
            <button type="button" className="btn" onClick={() => setOpen(false)}>
              Close
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
