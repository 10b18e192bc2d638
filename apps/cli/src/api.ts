import type { Report } from "@understudy/evaluation";
import type { QueueSummary } from "@understudy/gateway";
import type { FailedJobPage } from "@understudy/mirror";
import type { ExperimentSummary } from "@understudy/store";

/** The gateway said no, or is not there. The message says what to mend. */
export class ApiFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ApiFault";
  }
}

/** The gateway has no such thing. */
export class NotFoundFault extends ApiFault {}

/** What the gateway did with all failed jobs of a silent model. */
export interface RetriedAll {
  readonly retried: number;
  readonly refused: readonly { readonly pair_id: string; readonly message: string }[];
}

export interface Outcomes {
  /** Mirrors that were decided on. */
  readonly admitted: number;
  /** Those that have an outcome. */
  readonly ended: number;
}

/** The gateway as its clients see it. */
export class Api {
  readonly url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, key: string | null) {
    this.url = url;
    this.#headers = key === null ? {} : { authorization: `Bearer ${key}` };
  }

  async alive(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/liveliness`)).ok;
    } catch {
      return false;
    }
  }

  /** Sends one chat request and reads its answer to the end; what went wrong, or null. */
  async complete(body: object): Promise<string | null> {
    const response = await fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { ...this.#headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return response.ok ? null : `${response.status} ${text.slice(0, 300)}`;
  }

  /** Names a client may ask for. */
  async models(): Promise<readonly string[]> {
    const { data } = await this.#get<{ data: readonly { id: string }[] }>("/v1/models");
    return data.map(({ id }) => id);
  }

  async experimentIds(): Promise<readonly string[]> {
    return (await this.#summaries()).map(({ id }) => id);
  }

  report(experiment: string): Promise<Report> {
    return this.#get<Report>(`/api/experiments/${encodeURIComponent(experiment)}/report`);
  }

  /** Over all experiments. */
  async outcomes(): Promise<Outcomes> {
    const counts = (await this.#summaries()).map((summary) => summary.counts);
    const admitted = counts.reduce((sum, count) => sum + count.admitted, 0);
    return { admitted, ended: counts.reduce((sum, count) => sum + count.admitted - count.pending, 0) };
  }

  async queues(): Promise<readonly QueueSummary[]> {
    return (await this.#get<{ data: readonly QueueSummary[] }>("/api/queues")).data;
  }

  failedJobs(silentModel: string, limit: number, cursor: string | null): Promise<FailedJobPage> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
    return this.#get<FailedJobPage>(`${failedPath(silentModel)}?${query.toString()}`);
  }

  retryAll(silentModel: string): Promise<RetriedAll> {
    return this.#post<RetriedAll>(`${failedPath(silentModel)}/retry`);
  }

  async discardAll(silentModel: string): Promise<number> {
    return (await this.#post<{ discarded: number }>(`${failedPath(silentModel)}/discard`)).discarded;
  }

  /** Throws `NotFoundFault` when it is no failed job of this silent model. */
  async settleFailed(what: "retry" | "discard", silentModel: string, pairId: string): Promise<void> {
    await this.#post(`${failedPath(silentModel)}/${encodeURIComponent(pairId)}/${what}`);
  }

  async #summaries(): Promise<readonly ExperimentSummary[]> {
    return (await this.#get<{ data: readonly ExperimentSummary[] }>("/api/experiments")).data;
  }

  #get<T>(path: string): Promise<T> {
    return this.#ask<T>("GET", path);
  }

  #post<T>(path: string): Promise<T> {
    return this.#ask<T>("POST", path);
  }

  async #ask<T>(method: "GET" | "POST", path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`, { method, headers: this.#headers });
    if (response.status === 401) throw new ApiFault("the gateway wants its master key: --key KEY, or UNDERSTUDY_KEY");
    if (response.ok) return (await response.json()) as T;
    const text = await response.text();
    const message = messageOf(text) ?? `${method} ${path} answered ${response.status}: ${text}`;
    throw response.status === 404 ? new NotFoundFault(message) : new ApiFault(message);
  }
}

function failedPath(silentModel: string): string {
  return `/api/queues/${encodeURIComponent(silentModel)}/failed`;
}

/** The gateway's own words, which say what to do. */
function messageOf(text: string): string | null {
  try {
    const message = (JSON.parse(text) as { error?: { message?: unknown } }).error?.message;
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
