import type { FollowedControl } from "@understudy/control";
import { SettingsError } from "@understudy/launch";
import { type Clock, errorFields, type Logger, type Service } from "@understudy/runtime";
import type { MetricsSnapshot, SinkState } from "@understudy/telemetry";
import type { AfterAnswer } from "./after-answer.ts";
import type { AfterNews, AfterThreadData } from "./after-messages.ts";
import { Backlog } from "./backlog.ts";
import { deploymentOf, type FinishedRequest } from "./finished-request.ts";
import { openThread, type Thread } from "./open-thread.ts";

export interface ThreadedDeps {
  readonly data: Omit<AfterThreadData, "control">;
  /** Told to the thread at its start, and whenever it changes. */
  readonly control: FollowedControl;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The thread's file, where it is another than usual. */
  readonly file?: URL;
}

interface Asker {
  readonly resolve: (metrics: MetricsSnapshot) => void;
  readonly reject: (error: Error) => void;
}

const GONE = "the thread that records and mirrors has ended";
/** A thread that ends over and over is not to take the processor from the clients. */
const OPEN_AGAIN_MS = 1_000;
/** After the deadline: what the thread does in its last moment ends within the host's own patience. */
const LAST_MOMENT_MS = 1_500;

/**
 * On a thread of its own, which opens its own connections: what follows an answer then takes no time from the next.
 * Requests that are over go to it with the end of each turn of the event loop. A thread that ends is replaced; what it had
 * not dealt with, and what there is no room for, is counted as `not_taken`.
 */
export class ThreadedAfterAnswer implements AfterAnswer {
  readonly services: readonly Service[];
  readonly #deps: ThreadedDeps;
  readonly #backlog = new Backlog();
  readonly #askers: Asker[] = [];
  #thread: Thread | null = null;
  #stopping = false;
  #sending = false;
  /** Requests that the thread will not see, by deployment. */
  #notTaken = new Map<string, number>();
  #sinks: readonly SinkState[] | null;
  #unfollow: () => void = () => undefined;

  constructor(deps: ThreadedDeps) {
    this.#deps = deps;
    this.#sinks = deps.data.config.logging.sinks.length === 0 ? null : [];
    this.services = [{ name: "mirroring", start: () => this.#start(), stop: (deadline) => this.#stop(deadline) }];
  }

  take(finished: FinishedRequest): void {
    if (this.#thread !== null && this.#backlog.take(finished)) this.#sendSoon();
    else this.#miss([deploymentOf(finished)]);
  }

  metrics(): Promise<MetricsSnapshot> {
    const thread = this.#thread;
    if (thread === null) return Promise.reject(new Error(GONE));
    return new Promise((resolve, reject) => {
      this.#askers.push({ resolve, reject });
      thread.post({ kind: "metrics" });
    });
  }

  sinks(): readonly SinkState[] | null {
    return this.#sinks;
  }

  #sendSoon(): void {
    if (this.#sending) return;
    this.#sending = true;
    setImmediate(() => this.#send());
  }

  #send(): void {
    this.#sending = false;
    if (this.#thread === null) return;
    const requests = this.#backlog.send();
    if (requests.length > 0) this.#thread.post({ kind: "finished", requests });
    if (this.#notTaken.size > 0) this.#thread.post({ kind: "notTaken", requests: this.#notTaken });
    this.#notTaken = new Map();
  }

  #miss(deployments: readonly (string | null)[]): void {
    for (const deployment of deployments) {
      if (deployment !== null) this.#notTaken.set(deployment, (this.#notTaken.get(deployment) ?? 0) + 1);
    }
    this.#sendSoon();
  }

  #hear(news: AfterNews): void {
    if (news.kind === "took") this.#backlog.took();
    else if (news.kind === "sinks") this.#sinks = news.states;
    else if (news.kind === "metrics") for (const asker of this.#askers.splice(0)) asker.resolve(news.metrics);
  }

  #start(): Promise<void> {
    this.#unfollow = this.#deps.control.changed((state) => this.#thread?.post({ kind: "control", state }));
    return this.#open();
  }

  async #open(): Promise<void> {
    const { control, file } = this.#deps;
    const begun = control.current();
    const data = { ...this.#deps.data, control: begun };
    const events = { hear: (news: AfterNews) => this.#hear(news), ended: (error: Error | null) => this.#ended(error) };
    const opened = openThread(data, events, file);
    const first = await opened.started;
    if (first.kind === "failed") {
      opened.terminate();
      throw first.settings ? new SettingsError(first.message) : new Error(first.message);
    }
    this.#thread = opened;
    const state = control.current();
    if (state !== begun) opened.post({ kind: "control", state });
    this.#sendSoon();
  }

  #ended(error: Error | null): void {
    this.#thread = null;
    for (const asker of this.#askers.splice(0)) asker.reject(new Error(GONE));
    this.#backlog.send();
    this.#miss(this.#backlog.giveUp());
    if (this.#stopping) return;
    const fields = error === null ? {} : errorFields(error);
    this.#deps.logger.error("the thread that records and mirrors has ended; another takes its place", fields);
    this.#openAgain();
  }

  #openAgain(): void {
    const { clock, logger } = this.#deps;
    const open = async (): Promise<void> => {
      try {
        if (!this.#stopping) await this.#open();
      } catch (error) {
        logger.error("the thread that records and mirrors cannot start; trying on", errorFields(error));
        this.#openAgain();
      }
    };
    clock.after(OPEN_AGAIN_MS, () => void open());
  }

  async #stop(deadline: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    this.#stopping = true;
    this.#unfollow();
    const thread = this.#thread;
    if (thread === null) return;
    this.#send();
    thread.post({ kind: "stop" });
    const hurry = (): void => {
      thread.post({ kind: "hurry" });
      clock.after(LAST_MOMENT_MS, () => thread.terminate());
    };
    if (deadline.aborted) hurry();
    else deadline.addEventListener("abort", hurry, { once: true });
    await thread.exit;
    deadline.removeEventListener("abort", hurry);
  }
}
