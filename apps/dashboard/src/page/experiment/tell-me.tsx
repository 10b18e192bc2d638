import type { ExperimentChange, ExperimentRun, WebhookTold } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { sendJson, useApiOnce } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { CopyButton } from "../frame/copy-button.tsx";
import { Dialog } from "../frame/dialog.tsx";
import { experimentPath } from "../frame/links.ts";

const LINES = `logging_settings:
  webhook:
    url: os.environ/UNDERSTUDY_WEBHOOK_URL
    secret: os.environ/UNDERSTUDY_WEBHOOK_SECRET
    events: [rollout_rolled_back, budget_reached]
`;

interface TellMeProps {
  readonly id: string;
  readonly run: ExperimentRun;
  /** Whether it is the first thing to do. */
  readonly first?: boolean;
}

/** Has the webhook told when it is decided, and takes that back. */
export function TellMe({ id, run, first = false }: TellMeProps): ReactNode {
  const [open, setOpen] = useState(false);
  const { data: webhook } = useApiOnce<WebhookTold>("/api/webhook");
  if (webhook === undefined) return null;
  const { host, events } = webhook;
  const asked = run.tell_when_decided;
  const close = (): void => setOpen(false);
  if (host !== null && events.includes("experiment_decided")) {
    return <span className="note">{host} is told when it is decided, as of every experiment</span>;
  }
  return (
    <>
      {asked && host !== null && <span className="note">{host} is told when it is decided</span>}
      <button type="button" className={first && !asked ? "btn first" : "btn"} onClick={() => setOpen(true)}>
        {asked ? "Tell me no more" : "Tell me when it is decided"}
      </button>
      {open && (host === null ? <NoWebhook close={close} /> : <Asking {...{ id, asked, host, close }} />)}
    </>
  );
}

interface AskingProps {
  readonly id: string;
  /** As it was when the dialog was opened. */
  readonly asked: boolean;
  readonly host: string;
  readonly close: () => void;
}

function Asking({ id, host, close, ...opened }: AskingProps): ReactNode {
  // The page hears of the change before its own request is answered: the question must not turn into its contrary meanwhile.
  const [asked] = useState(opened.asked);
  const act = (reason: string): Promise<unknown> => {
    const change: ExperimentChange = { tell_when_decided: !asked, ...(reason === "" ? {} : { reason }) };
    return sendJson("PATCH", experimentPath(id), change);
  };
  const will = asked
    ? [`${host} is not told of this experiment’s decision. Other events it is told of go on.`]
    : [
        `Once the verdict is promote or reject, it is posted to ${host}, signed, within five minutes, and once.`,
        "While that does not answer it is tried again for half an hour.",
        "It goes to the webhook of the configuration and nowhere else: an address written here could be any machine of your network.",
      ];
  return (
    <Confirm
      title={asked ? "Tell nobody when it is decided?" : "Tell me when it is decided"}
      will={will}
      label={asked ? "Tell me no more" : "Tell me"}
      doing={asked ? "Taking it back…" : "Asking…"}
      reason="may"
      act={act}
      close={close}
    />
  );
}

function NoWebhook({ close }: { readonly close: () => void }): ReactNode {
  return (
    <Dialog title="Tell me when it is decided" close={close}>
      <p className="will">
        Decisions are posted to the webhook of the configuration, signed, and it has none. These lines in config.yaml
        name it; then it can be asked for here, for each experiment by itself:
      </p>
      <div className="code-block">
        <pre tabIndex={0} role="region" aria-label="Lines for config.yaml">
          {LINES}
        </pre>
        <CopyButton text={LINES} className="btn small" />
      </div>
      <div className="acts">
        <button type="button" className="btn" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
