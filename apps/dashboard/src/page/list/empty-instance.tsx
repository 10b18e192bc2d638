import type { QueueSummary } from "@understudy/contracts";
import type { ReactNode } from "react";
import { CopyButton } from "../frame/copy-button.tsx";
import { useApi, useSession } from "../frame/api.ts";
import { counted } from "../frame/format.ts";
import { Said } from "../frame/said.tsx";
import { VerdictShape } from "../figures/verdict-word.tsx";
import { firstRequest } from "./first-request.ts";

/** What to do when there is nothing yet: one thing after the other. */
export function EmptyInstance(): ReactNode {
  const session = useSession().data;
  const model = session?.model ?? null;
  // Each silent model that the configuration names has a queue from the start.
  const queues = useApi<{ readonly data: readonly QueueSummary[] }>("/api/queues").data?.data ?? [];
  const candidates = queues.map(({ silent_model }) => silent_model);
  const named = candidates.length > 0;
  return (
    <div className="empty">
      <h1 className="verdict v-watch">
        <VerdictShape standing={{ kind: "watch", part: 0 }} />
        <span>Nothing mirrored yet</span>
      </h1>
      <p className="lead">
        {named
          ? "The next request is answered by your primary as always, and copied to the silent model; no client waits for it."
          : "Name a silent model on one deployment. Its answers are compared with your primary’s, and no client waits for it."}
      </p>
      <ol className="steps">
        <li className="done">
          <h2>The gateway is up</h2>
        </li>
        <NamedStep candidates={candidates} model={model ?? "MODEL"} />
        <li>
          <h2>Send a request</h2>
          <CodeBlock
            label="Command to send a request"
            text={firstRequest(location.origin, model ?? "MODEL", session?.needed ?? false)}
          />
          <p className="quiet">
            Or a few hundred at once: <code>UNDERSTUDY_URL={location.origin} npm run demo</code>
            {session?.needed === true && ", with the master key in UNDERSTUDY_KEY"}. This page shows the first pair as
            soon as it is stored.
          </p>
        </li>
      </ol>
    </div>
  );
}

interface NamedStepProps {
  /** Silent models that are named. */
  readonly candidates: readonly string[];
  readonly model: string;
}

function NamedStep({ candidates, model }: NamedStepProps): ReactNode {
  const named = candidates.length > 0;
  return (
    <li className={named ? "done" : ""}>
      <h2>{named ? `${counted(candidates.length, "silent model")} named` : "Name a silent model"}</h2>
      {named ? (
        <p className="quiet">
          {candidates.map((candidate, index) => (
            <span key={candidate}>
              {index > 0 && ", "}
              <Said text={candidate} />
            </span>
          ))}
        </p>
      ) : (
        <CodeBlock label="Lines for config.yaml" text={linesFor(model)} />
      )}
    </li>
  );
}

function linesFor(model: string): string {
  return `- model_name: ${model}\n  litellm_params:\n    model: openai/gpt-4o\n    silent_model: gpt-5-mini`;
}

function CodeBlock({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  return (
    <div className="code-block">
      <pre tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      <CopyButton text={text} className="btn small" />
    </div>
  );
}
