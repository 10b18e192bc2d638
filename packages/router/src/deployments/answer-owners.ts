import { createHash } from "node:crypto";
import type { DeploymentState } from "./deployment-state.ts";

const MOST_REMEMBERED = 20_000;
const LONGEST_KEY = 64;

/**
 * Which deployment gave an answer's id, or a header that is handed back: as much of it as this process has seen lately.
 * What it has not seen, only the providers can tell.
 */
export class AnswerOwners {
  readonly #owners = new Map<string, DeploymentState>();

  remember(id: string, owner: DeploymentState): void {
    const key = keyOf(id);
    this.#owners.delete(key);
    this.#owners.set(key, owner);
    const [oldest] = this.#owners.keys();
    if (this.#owners.size > MOST_REMEMBERED && oldest !== undefined) this.#owners.delete(oldest);
  }

  of(id: string | null | undefined): DeploymentState | null {
    return id == null ? null : (this.#owners.get(keyOf(id)) ?? null);
  }
}

/** A header may be as long as a provider likes. */
function keyOf(id: string): string {
  return id.length <= LONGEST_KEY ? id : createHash("sha256").update(id).digest("base64");
}
