import { type ReactNode, useState } from "react";
import { CopyButton } from "../frame/copy-button.tsx";
import { Dialog } from "../frame/dialog.tsx";

const WAYS = {
  "Name a judge…": {
    title: "Name a judge",
    says: "A model of another family reads both answers in both orders, blind. In production a tenth of the pairs is enough.",
    lines:
      "mirror_settings:\n  judge: { model: GROUP, sample_rate: 0.1, daily_budget_usd: 5 }\n  margins:\n    judge: 0.1\n",
  },
  "Write checks…": {
    title: "Write checks of your own",
    says: "A function of yours says of each answer whether it is right; docs/evaluation.md has one to begin with.",
    lines: 'mirror_settings:\n  checks:\n    - { type: javascript, value: "file://checks.js" }\n',
  },
} as const;

/** Where nothing can tell whether answers are as good: what can, with the lines to write. */
export function WaysOut(): ReactNode {
  const [open, setOpen] = useState<keyof typeof WAYS | null>(null);
  const way = open === null ? null : WAYS[open];
  return (
    <>
      {(Object.keys(WAYS) as (keyof typeof WAYS)[]).map((name, index) => (
        <button key={name} type="button" className={index === 0 ? "btn first" : "btn"} onClick={() => setOpen(name)}>
          {name}
        </button>
      ))}
      {way !== null && (
        <Dialog title={way.title} close={() => setOpen(null)}>
          <p className="will">{way.says}</p>
          <div className="code-block">
            <pre tabIndex={0} role="region" aria-label="Lines for config.yaml">
              {way.lines}
            </pre>
            <CopyButton text={way.lines} className="btn small" />
          </div>
          <div className="acts">
            <button type="button" className="btn" onClick={() => setOpen(null)}>
              Close
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
