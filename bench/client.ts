import { systemClock } from "@understudy/runtime";
import { Pool } from "undici";

/** Where requests go, and what they must carry there. */
export interface Target {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Sent {
  readonly latenciesMs: readonly number[];
  /** Answers that were no 200, or did not come. */
  readonly errors: number;
  readonly elapsedMs: number;
}

/** Sends the same request again and again, on connections that stay open between turns. */
export interface Client {
  /** Sends as long as `more` says so, which is asked before each request. */
  send(body: string, more: () => boolean | Promise<boolean>): Promise<Sent>;
  close(): Promise<void>;
}

const CHAT_PATH = "/v1/chat/completions";
/** A request that takes longer is an error, so that every turn ends. */
const ANSWER_TIMEOUT_MS = 5_000;
/** Longer than the others' turns. */
const KEEP_ALIVE_MS = 70_000;

export function chatUrl({ url }: Target): string {
  return `${url}${CHAT_PATH}`;
}

export function headersFor({ headers }: Target): Record<string, string> {
  return { "content-type": "application/json", ...headers };
}

export function openClient(target: Target, connections: number): Client {
  const pool = new Pool(target.url, {
    connections,
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  });
  const headers = headersFor(target);

  const succeeds = async (body: string): Promise<boolean> => {
    try {
      const answer = await pool.request({ path: CHAT_PATH, method: "POST", headers, body });
      await answer.body.bytes();
      return answer.statusCode === 200;
    } catch {
      return false;
    }
  };

  return {
    async send(body, more) {
      const latenciesMs: number[] = [];
      let errors = 0;
      const sendOn = async (): Promise<void> => {
        while (await more()) {
          const begun = systemClock.monotonic();
          if (await succeeds(body)) latenciesMs.push(systemClock.monotonic() - begun);
          else errors += 1;
        }
      };
      const begun = systemClock.monotonic();
      await Promise.all(Array.from({ length: connections }, sendOn));
      return { latenciesMs, errors, elapsedMs: systemClock.monotonic() - begun };
    },
    close: () => pool.destroy(),
  };
}

/** True until `count` requests have been asked for, or `seconds` have gone by since the first. */
export function upTo(count: number, seconds: number): () => boolean {
  let left = count;
  let endsAt: number | undefined;
  return () => {
    const now = systemClock.monotonic();
    endsAt ??= now + seconds * 1000;
    left -= 1;
    return left >= 0 && now < endsAt;
  };
}
