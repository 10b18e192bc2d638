import type { ReactNode } from "react";
import { usePageTitle } from "../frame/page-title.ts";

/** Which of two answers is better: so far asked in a terminal. */
export function ReviewPage(): ReactNode {
  usePageTitle("Review");
  return (
    <>
      <div className="head">
        <h1>Review</h1>
      </div>
      <p>
        <code>understudy label EXPERIMENT</code> shows pairs of an experiment, and asks which of the two answers is
        better.
      </p>
    </>
  );
}
