import type { Report } from "@understudy/evaluation";
import type { ExperimentSummary } from "@understudy/store";

/** The gateway said no, or is not there. The message says what to mend. */
export class ApiFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ApiFault";
  }
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

  async #summaries(): Promise<readonly ExperimentSummary[]> {
    return (await this.#get<{ data: readonly ExperimentSummary[] }>("/api/experiments")).data;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`, { headers: this.#headers });
    if (response.status === 401) throw new ApiFault("the gateway wants its master key: --key KEY, or UNDERSTUDY_KEY");
    if (!response.ok) throw new ApiFault(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
