import type { Environment } from "@understudy/runtime";
import { Api, ApiFault } from "./api.ts";

export const DEFAULT_URL = "http://127.0.0.1:4000";

/** Of every command that asks a running gateway. */
export const ADDRESS_HELP = `  --url URL        gateway to ask (default: UNDERSTUDY_URL, else ${DEFAULT_URL})
  --key KEY        its master key; better in UNDERSTUDY_KEY, since others can read a command line
`;

export const ADDRESS_OPTIONS = { url: { type: "string" }, key: { type: "string" } } as const;

export interface GatewayAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | null;
  /** Whether somebody said where; else it is where a gateway is by default. */
  readonly named: boolean;
}

export interface AddressValues {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}

/** Flags win over UNDERSTUDY_URL and UNDERSTUDY_KEY. Throws an `Error` that says what to write. */
export function readAddress({ url: flag, key }: AddressValues, env: Environment): GatewayAddress {
  const variable = set(env["UNDERSTUDY_URL"]);
  const written = set(flag) ?? variable;
  const name = set(flag) === null ? "UNDERSTUDY_URL" : "--url";
  if (set(key) !== null) {
    process.stderr.write("warning: others can read a key on the command line; set UNDERSTUDY_KEY instead of --key\n");
  }
  const url = written === null ? DEFAULT_URL : checkedUrl(written, name);
  return { url, key: set(key) ?? set(env["UNDERSTUDY_KEY"]), named: written !== null };
}

/** Throws `ApiFault` when nothing is there. */
export async function openApi({ url, key }: GatewayAddress): Promise<Api> {
  const api = new Api(url, key);
  if (await api.alive()) return api;
  throw new ApiFault(`nothing answers on ${url}; start it, or say where it is with --url or UNDERSTUDY_URL`);
}

/** The value itself may hold a password, so a fault does not repeat it. */
function checkedUrl(text: string, name: string): string {
  const fault = (what: string): Error => new Error(`${name}: ${what}; write it as ${DEFAULT_URL}`);
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) throw fault("not an http:// or https:// address");
  const { username, password, search, hash } = new URL(text);
  if (username !== "" || password !== "") throw fault("no user and password go here; the key goes to UNDERSTUDY_KEY");
  if (search !== "" || hash !== "") throw fault("nothing goes behind a ? or #");
  // As clients have it for their base address, and browsers for the page.
  return text.replace(/\/+$/, "").replace(/\/(?:v1|ui)$/, "");
}

/** Empty counts as not given. */
function set(text: string | undefined): string | null {
  return text === undefined || text.trim() === "" ? null : text.trim();
}
