import type { Rollout, RolloutAction } from "@understudy/contracts";
import { shareOf } from "@understudy/contracts";
import { type ReactNode, useState } from "react";
import { sendJson } from "../frame/api.ts";
import { Confirm } from "../frame/confirm.tsx";
import { rolloutPath } from "../frame/links.ts";
import { Said } from "../frame/said.tsx";

interface Asked {
  readonly action: RolloutAction;
  readonly label: string;
  readonly doing: string;
  readonly title: ReactNode;
  readonly will: readonly ReactNode[];
}

/** Go on, hold, or go back: what its state forbids is not shown, and the way back stands by itself. */
export function RolloutBar({ rollout }: { readonly rollout: Rollout }): ReactNode {
  const { id, state, primary, sticky, automatic } = rollout;
  const [asked, setAsked] = useState<Asked | null>(null);
  if (state === "rolled_back") return <Over rollout={rollout} />;
  return (
    <div className="decide" role="group" aria-label="What may be done">
      {forward(rollout).map((one) => (
        <button key={one.action} type="button" className="btn" onClick={() => setAsked(one)}>
          {one.label}
        </button>
      ))}
      <span className="note">
        sticky by {sticky} · {automatic ? "automatic" : "by hand"}
      </span>
      <button type="button" className="btn stop far" onClick={() => setAsked(back(rollout))}>
        <span>
          Roll back to <Said text={primary} />
        </span>
      </button>
      {asked !== null && (
        <Confirm
          title={asked.title}
          will={asked.will}
          label={asked.label}
          doing={asked.doing}
          takesAway={asked.action === "rollback"}
          reason="may"
          act={(reason) => sendJson("POST", `${rolloutPath(id)}/${asked.action}`, reason === "" ? {} : { reason })}
          close={() => setAsked(null)}
        />
      )}
    </div>
  );
}

function Over({ rollout: { primary } }: { readonly rollout: Rollout }): ReactNode {
  return (
    <div className="decide">
      <span className="note">
        <Said text={primary} /> answers all again. A new try is a new rollout, from the experiment’s page.
      </span>
    </div>
  );
}

function forward(rollout: Rollout): readonly Asked[] {
  const { state, stages, stage, silent } = rollout;
  const next = stages[stage + 1];
  const actions: Asked[] = [];
  if ((state === "running" || state === "held") && next !== undefined) {
    actions.push({
      action: "advance",
      label: `Advance to ${next}% now`,
      doing: "Advancing…",
      title: `Advance to ${next}% now?`,
      will: [
        <>
          <Said text={silent} /> answers {next}% of the {rollout.sticky}s within two seconds, before the hold of this
          stage is over.
        </>,
        "The guards go on as they are: what was shown so far is not forgotten.",
      ],
    });
  }
  if (state === "running") {
    actions.push({
      action: "pause",
      label: `Hold at ${shareOf(rollout)}%`,
      doing: "Holding…",
      title: `Hold at ${shareOf(rollout)}%?`,
      will: ["It stays at this share until somebody lets it go on. Its guards still roll it back by themselves."],
    });
  }
  if (state === "held") {
    actions.push({
      action: "resume",
      label: "Go on",
      doing: "Going on…",
      title: `Go on from ${shareOf(rollout)}%?`,
      will: ["The stage takes what its hold asks for, and then the next begins."],
    });
  }
  return actions;
}

function back({ primary, silent }: Rollout): Asked {
  return {
    action: "rollback",
    label: "Roll back",
    doing: "Rolling back…",
    title: (
      <>
        Roll back to <Said text={primary} />?
      </>
    ),
    will: [
      <>
        <Said text={primary} /> answers every request again, everywhere, in under 2 s; it needs no database.
      </>,
      <>
        <Said text={silent} /> is mirrored on as before. No request fails for it.
      </>,
      "This rollout is over then: a new try is a new rollout.",
    ],
  };
}
