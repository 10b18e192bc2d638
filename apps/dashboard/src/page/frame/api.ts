import { keepPreviousData, skipToken, useQuery, type UseQueryResult } from "@tanstack/react-query";
import { gatewayAnswered, gatewayAway } from "./seen.ts";

/** The gateway's no, with its own words. */
export class ApiFault extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "ApiFault";
    this.status = status;
  }
}

export async function getJson<T>(path: string): Promise<T> {
  const response = await reach(path);
  if (!response.ok) throw await faultOf(response);
  return (await response.json()) as T;
}

/** Has the gateway do something; throws `ApiFault` with its words when it does not. */
export async function postJson<T>(path: string): Promise<T> {
  const response = await reach(path, { method: "POST" });
  if (!response.ok) throw await faultOf(response);
  return (await response.json()) as T;
}

/** The same with a body: PATCH changes, POST begins or does something. */
export async function sendJson<T>(method: "PATCH" | "POST", path: string, body: unknown): Promise<T> {
  const response = await reach(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw await faultOf(response);
  return (await response.json()) as T;
}

/** Takes something back; throws like `postJson`. */
export async function deleteJson(path: string): Promise<void> {
  const response = await reach(path, { method: "DELETE" });
  if (!response.ok) throw await faultOf(response);
}

/** Signs in; throws `ApiFault` with the reason when the key is not the one. */
export async function signIn(key: string): Promise<void> {
  const body = JSON.stringify({ key });
  const response = await reach("/ui/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (!response.ok) throw await faultOf(response);
}

export async function signOut(): Promise<void> {
  await fetch("/ui/session", { method: "DELETE" });
}

/** A browser's own words for a gateway that is away help nobody. */
async function reach(path: string, options?: RequestInit): Promise<Response> {
  try {
    const response = await fetch(path, options);
    gatewayAnswered();
    return response;
  } catch (error) {
    gatewayAway();
    throw new Error("The gateway cannot be reached.", { cause: error });
  }
}

async function faultOf(response: Response): Promise<ApiFault> {
  const body = (await response.json().catch(() => null)) as { error?: { message?: string } } | null;
  return new ApiFault(response.status, body?.error?.message ?? `The gateway answered ${response.status}.`);
}

export interface Session {
  /** Whether there is a master key. */
  readonly needed: boolean;
  readonly signed_in: boolean;
  /** For a first request; null where it cannot be told. */
  readonly model: string | null;
}

export function useSession(): UseQueryResult<Session> {
  return useApi<Session>("/ui/session");
}

/** What stands at a path of the API, asked for again while the page is looked at; null: nothing yet. */
export function useApi<T>(path: string | null): UseQueryResult<T> {
  return useQuery({ queryKey: [path], queryFn: path === null ? skipToken : () => getJson<T>(path) });
}

/** What stands at a path and does not change while it is looked at: asked for once. */
export function useApiOnce<T>(path: string | null): UseQueryResult<T> {
  return useQuery({
    queryKey: [path, "once"],
    queryFn: () => getJson<T>(path ?? ""),
    enabled: path !== null,
    refetchInterval: false,
    refetchOnWindowFocus: false,
    staleTime: Infinity,
  });
}

/** The same, showing what was there before while another path is read. */
export function useApiOf<T>(path: string): UseQueryResult<T> {
  return useQuery({ queryKey: [path], queryFn: () => getJson<T>(path), placeholderData: keepPreviousData });
}
