import { deploymentOf, type FinishedChat } from "./finished-chat.ts";

/** Beyond, the thread has fallen behind for good, and what comes is only counted. */
const MOST_CHATS = 10_000;
const MOST_BYTES = 64 * 1024 * 1024;

interface Batch {
  readonly deployments: readonly (string | null)[];
  readonly bytes: number;
}

/** What waits for the thread of all that follows an answer: gathered to be sent, or sent and not yet dealt with. */
export class Backlog {
  #gathered: FinishedChat[] = [];
  #gatheredBytes = 0;
  readonly #sent: Batch[] = [];
  #chats = 0;
  #bytes = 0;

  /** False when there is no room. */
  take(chat: FinishedChat): boolean {
    const bytes = chat.request.bytes + (chat.call.recording.bytes?.byteLength ?? 0);
    if (this.#chats >= MOST_CHATS || this.#bytes + bytes > MOST_BYTES) return false;
    this.#gathered.push(chat);
    this.#gatheredBytes += bytes;
    this.#chats += 1;
    this.#bytes += bytes;
    return true;
  }

  /** All that is gathered; from now on it counts as sent. */
  send(): readonly FinishedChat[] {
    const chats = this.#gathered;
    if (chats.length === 0) return chats;
    this.#sent.push({ deployments: chats.map(deploymentOf), bytes: this.#gatheredBytes });
    this.#gathered = [];
    this.#gatheredBytes = 0;
    return chats;
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
      this.#chats -= deployments.length;
      this.#bytes -= bytes;
    }
  }
}
