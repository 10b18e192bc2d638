import type { LabelProgress } from "@understudy/evaluation";
import { type ReactNode, useCallback } from "react";
import { Link } from "wouter";
import { experimentHref } from "../frame/links.ts";
import { useKey } from "../frame/keys.ts";
import { Loading } from "../frame/states.tsx";
import { Desk } from "./desk.tsx";
import { minutesLeft, primaryOf } from "./picks.ts";
import { useLabels } from "./use-labels.ts";

/** The pairs that people are asked about, in the order in which they wait; what one says of them counts. */
export function LabelQueue({ experiment }: { readonly experiment: string }): ReactNode {
  const labels = useLabels(experiment);
  const { current, progress, give, undo, fault } = labels;
  const skip = useCallback(() => give("skip"), [give]);
  useKey("0", skip);
  const leave = experimentHref(experiment);
  if (progress === null) return fault === null ? <Loading /> : <Off fault={fault} leave={leave} />;
  if (current === undefined && labels.over) return <Over progress={progress} undo={undo} leave={leave} />;
  const choice = current?.choice ?? null;
  return (
    <Desk
      title={primaryOf(experiment)}
      leave={leave}
      at={Math.max(progress.labelled + progress.skipped, labels.given) + (choice === null ? 1 : 0)}
      of={progress.drawn}
      minutesLeft={minutesLeft(labels.moments, progress.waiting)}
      item={current?.item ?? null}
      given={choice === "skip" ? null : choice}
      pick={give}
      undo={undo}
      next={labels.next}
      previous={labels.previous}
      said={labels.said}
      fault={fault}
      note="Which model wrote which is hidden, and drawn anew for each pair. These labels count: they calibrate the judge. One can be taken back until a verdict has counted it."
      more={
        <button type="button" className="btn bare" onClick={skip}>
          Cannot tell <kbd aria-hidden="true">0</kbd>
        </button>
      }
    />
  );
}

function Off({ fault, leave }: { readonly fault: string; readonly leave: string }): ReactNode {
  return (
    <>
      <div className="head">
        <h1>No labels to give</h1>
      </div>
      <p role="alert">{fault}</p>
      <p>
        <Link href={leave} className="link">
          To the experiment
        </Link>
      </p>
    </>
  );
}

interface OverProps {
  readonly progress: LabelProgress | null;
  readonly undo: (() => void) | null;
  readonly leave: string;
}

function Over({ progress, undo, leave }: OverProps): ReactNode {
  useKey(
    "u",
    useCallback(() => undo?.(), [undo]),
  );
  return (
    <>
      <div className="head">
        <h1>No pair waits for a label</h1>
        {undo !== null && (
          <button type="button" className="btn" onClick={undo}>
            Undo the last <kbd aria-hidden="true">u</kbd>
          </button>
        )}
      </div>
      <p>
        {progress !== null && `${progress.labelled} labelled and ${progress.skipped} skipped of ${progress.drawn}. `}
        More are drawn as the judge goes on.{" "}
        <Link href={leave} className="link">
          To the experiment
        </Link>
      </p>
    </>
  );
}
