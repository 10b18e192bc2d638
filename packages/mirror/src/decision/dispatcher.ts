import type { DropReason } from "./decide.ts";
import type { MirrorJob } from "../job/mirror-job.ts";

/** Takes mirror jobs off the request's hands: onto a queue, or into this process. */
export interface MirrorDispatcher {
  /** Never waits and never throws. How it went is told through `DispatchEvents`. */
  dispatch(job: MirrorJob): void;
  /** Jobs that are held in memory now. */
  held(): number;
  /** Resolves when nothing is held. */
  flushed(): Promise<void>;
  /** Hands over what is held, until `deadline` aborts; the rest is dropped and counted. */
  stop(deadline: AbortSignal): Promise<void>;
}

export interface DispatchEvents {
  /** The job will have no outcome; this is why. */
  dropped(job: MirrorJob, reason: DropReason): void;
  /** It was sent to the queue, and whether it arrived will never be known here: its outcome tells, or the reconciler. */
  unresolved?(job: MirrorJob): void;
}
