import type { ExperimentDetail, ExperimentSummary } from "@understudy/store";

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

  /** Sends one chat request and reads its answer to the end; false when it failed. */
  async complete(body: object): Promise<boolean> {
    const response = await fetch(`${this.url}/v1/chat/completions`, {
      method: "POST",
      headers: { ...this.#headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.ok;
  }

  /** The model group to ask for when none was named. */
  async firstModel(): Promise<string> {
    const { data } = await this.#get<{ data: readonly { id: string }[] }>("/v1/models");
    const [first] = data;
    if (first === undefined) throw new Error("the gateway lists no models");
    return first.id;
  }

  async experiments(): Promise<readonly ExperimentDetail[]> {
    const summaries = await this.#summaries();
    return Promise.all(summaries.map(({ id }) => this.#get<ExperimentDetail>(`/api/experiments/${id}`)));
  }

  /** Mirrors that have an outcome, over all experiments. */
  async outcomes(): Promise<number> {
    const summaries = await this.#summaries();
    return summaries.reduce((sum, { counts }) => sum + counts.admitted - counts.pending, 0);
  }

  async pending(): Promise<number> {
    const summaries = await this.#summaries();
    return summaries.reduce((sum, { counts }) => sum + counts.pending, 0);
  }

  async #summaries(): Promise<readonly ExperimentSummary[]> {
    return (await this.#get<{ data: readonly ExperimentSummary[] }>("/api/experiments")).data;
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}${path}`, { headers: this.#headers });
    if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
