import type {
  CallerAccounts,
  CallersBy,
  ExperimentChange,
  ExperimentEvent,
  ExperimentKey,
  ExperimentOverview,
  ExperimentRun,
  ExperimentSettings,
  JobsMeant,
  QueuedJobPage,
  QueueSummary,
  RetriedAll,
  Rollout,
  RolloutAction,
  RolloutAsked,
  RolloutDetail,
} from "@understudy/contracts";
import type { LabelProgress, Plan, Report } from "@understudy/evaluation";
import type { Receipt } from "@understudy/contracts";
import type { NextLabel } from "@understudy/gateway";
import type { ExperimentSummary, Pair, PairPage } from "@understudy/store";

/** The gateway said no, or is not there. The message says what to mend. */
export class ApiFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ApiFault";
  }
}

/** The gateway has no such thing. */
export class NotFoundFault extends ApiFault {}

/** What was asked is not so any more: somebody was quicker, or its time is over. */
export class ConflictFault extends ApiFault {}

/** Of pairs, as the gateway gives them. */
const LARGEST_PAGE = 200;

export interface Outcomes {
  /** Mirrors that were decided on. */
  readonly admitted: number;
  /** Those that have an outcome. */
  readonly ended: number;
}

/** An experiment as `GET /api/experiments` lists it. */
export type RunningExperiment = ExperimentSummary & ExperimentRun;

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

  /** All of them, with what each says so far. */
  async overviews(): Promise<readonly ExperimentOverview[]> {
    return (await this.#get<{ data: readonly ExperimentOverview[] }>("/api/experiments?include=verdict")).data;
  }

  experiment(id: string): Promise<RunningExperiment> {
    return this.#get<RunningExperiment>(`/api/experiments/${encodeURIComponent(id)}`);
  }

  callers(experiment: string, by: CallersBy): Promise<CallerAccounts> {
    return this.#get<CallerAccounts>(`/api/experiments/${encodeURIComponent(experiment)}/callers?by=${by}`);
  }

  /** Newest first. */
  async events(experiment: string, limit: number): Promise<readonly ExperimentEvent[]> {
    const path = `/api/experiments/${encodeURIComponent(experiment)}/events?limit=${limit}`;
    return (await this.#get<{ data: readonly ExperimentEvent[] }>(path)).data;
  }

  changeExperiment(id: string, change: ExperimentChange): Promise<ExperimentKey & ExperimentRun> {
    return this.#ask("PATCH", `/api/experiments/${encodeURIComponent(id)}`, change);
  }

  addExperiment(
    added: Pick<ExperimentKey, "primary" | "silent"> & Partial<ExperimentSettings>,
  ): Promise<ExperimentKey & ExperimentRun> {
    return this.#ask("POST", "/api/experiments", added);
  }

  startRollout(experiment: string, asked: RolloutAsked): Promise<Rollout> {
    return this.#ask("POST", `/api/experiments/${encodeURIComponent(experiment)}/rollout`, asked);
  }

  /** Newest first. */
  async rollouts(): Promise<readonly Rollout[]> {
    return (await this.#get<{ data: readonly Rollout[] }>("/api/rollouts")).data;
  }

  rollout(id: string): Promise<RolloutDetail> {
    return this.#get<RolloutDetail>(`/api/rollouts/${encodeURIComponent(id)}`);
  }

  actOnRollout(id: string, action: RolloutAction, said: { readonly reason?: string }): Promise<Rollout> {
    return this.#ask("POST", `/api/rollouts/${encodeURIComponent(id)}/${action}`, said);
  }

  report(experiment: string): Promise<Report> {
    return this.#get<Report>(`/api/experiments/${encodeURIComponent(experiment)}/report`);
  }

  /** `asked`: as the flags have it; the gateway says what of it cannot be read. */
  plan(experiment: string, asked: Readonly<Record<string, string>>): Promise<Plan> {
    const query = new URLSearchParams(asked);
    return this.#get<Plan>(`/api/experiments/${encodeURIComponent(experiment)}/plan?${query.toString()}`);
  }

  pair(id: string): Promise<Pair> {
    return this.#get<Pair>(`/api/pairs/${encodeURIComponent(id)}`);
  }

  /** Ids of the newest pairs of an experiment, at most `most`, in pages. */
  async *pairPages(experiment: string, most: number): AsyncGenerator<readonly string[]> {
    let cursor: string | null = null;
    for (let left = most; left > 0;) {
      const limit = Math.min(left, LARGEST_PAGE);
      const query = new URLSearchParams({ experiment, limit: String(limit), ...(cursor === null ? {} : { cursor }) });
      const page: PairPage = await this.#get<PairPage>(`/api/pairs?${query.toString()}`);
      yield page.data.map(({ id }) => id);
      left -= page.data.length;
      cursor = page.next_cursor;
      if (cursor === null) return;
    }
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

  jobs({ silentModel, state }: JobsMeant, limit: number, cursor: string | null): Promise<QueuedJobPage> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === null ? {} : { cursor }) });
    return this.#get<QueuedJobPage>(`${pathOf({ silentModel, state })}?${query.toString()}`);
  }

  retryAll(meant: JobsMeant): Promise<RetriedAll> {
    return this.#post<RetriedAll>(`${pathOf(meant)}/retry`);
  }

  async discardAll(meant: JobsMeant): Promise<number> {
    return (await this.#post<{ discarded: number }>(`${pathOf(meant)}/discard`)).discarded;
  }

  /** Throws `NotFoundFault` when it is no job of this silent model in this state. */
  async actOnJob(what: "retry" | "discard", meant: JobsMeant, pairId: string): Promise<void> {
    await this.#post(`${pathOf(meant)}/${encodeURIComponent(pairId)}/${what}`);
  }

  /** Deletes what is named, and gives the receipt. */
  delete(meant: Readonly<Record<string, string>>): Promise<Receipt> {
    return this.#ask<Receipt>("POST", "/api/deletions", meant);
  }

  labels(experiment: string): Promise<LabelProgress> {
    return this.#get<LabelProgress>(`/api/experiments/${encodeURIComponent(experiment)}/labels`);
  }

  nextLabel(experiment: string): Promise<NextLabel> {
    return this.#get<NextLabel>(`/api/experiments/${encodeURIComponent(experiment)}/labels/next`);
  }

  /** Throws `ConflictFault` when the pair waits for no label any more. */
  async label(id: string, said: Readonly<Record<"label" | "note" | "reviewer", string | null>>): Promise<void> {
    await this.#ask("POST", `/api/labels/${encodeURIComponent(id)}`, said);
  }

  deletion(id: string): Promise<Receipt> {
    return this.#get<Receipt>(`/api/deletions/${encodeURIComponent(id)}`);
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

  async #ask<T>(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.url}${path}`, { method, headers: this.#headers, ...sent });
    if (response.status === 401)
      throw new ApiFault("the gateway wants its master key, or one with control: true: set UNDERSTUDY_KEY to it");
    if (response.ok) return (await response.json()) as T;
    const text = await response.text();
    const message = messageOf(text) ?? `${method} ${path} answered ${response.status}: ${text}`;
    if (response.status === 404) throw new NotFoundFault(message);
    throw response.status === 409 ? new ConflictFault(message) : new ApiFault(message);
  }
}

function pathOf({ silentModel, state }: JobsMeant): string {
  return `/api/queues/${encodeURIComponent(silentModel)}/${state}`;
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
