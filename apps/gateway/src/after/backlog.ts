import { deploymentOf, type FinishedRequest } from "./finished-request.ts";

/** Beyond, the thread has fallen behind for good, and what comes is only counted. */
const MOST_REQUESTS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

interface Batch {
  readonly deployments: readonly (string | null)[];
  readonly bytes: number;
}

/** What waits for the thread of all that follows an answer: gathered to be sent, or sent and not yet dealt with. */
export class Backlog {
  #gathered: FinishedRequest[] = [];
  #gatheredBytes = 0;
  readonly #sent: Batch[] = [];
  #requests = 0;
  #bytes = 0;

  /** False when there is no room. */
  take(finished: FinishedRequest): boolean {
    const bytes = finished.request.bytes + (finished.call.recording.bytes?.byteLength ?? 0);
    if (this.#requests >= MOST_REQUESTS || this.#bytes + bytes > MOST_BYTES) return false;
    this.#gathered.push(finished);
    this.#gatheredBytes += bytes;
    this.#requests += 1;
    this.#bytes += bytes;
    return true;
  }

  /** All that is gathered; from now on it counts as sent. */
  send(): readonly FinishedRequest[] {
    const requests = this.#gathered;
    if (requests.length === 0) return requests;
    this.#sent.push({ deployments: requests.map(deploymentOf), bytes: this.#gatheredBytes });
    this.#gathered = [];
    this.#gatheredBytes = 0;
    return requests;
  }

  /** The oldest that was sent has been dealt with. */
  took(): void {
    this.#release(this.#sent.splice(0, 1));
  }

  /** Nothing that was sent will be dealt with: the deployments that answered it. */
  giveUp(): readonly (string | null)[] {
    const lost = this.#sent.splice(0);
    this.#release(lost);
    return lost.flatMap(({ deployments }) => deployments);
  }

  #release(batches: readonly Batch[]): void {
    for (const { deployments, bytes } of batches) {
      this.#requests -= deployments.length;
      this.#bytes -= bytes;
    }
  }
}
