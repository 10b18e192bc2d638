import type { Request } from "express";
import { BlockList, isIP } from "node:net";
import { ApiError } from "./api-error.ts";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/** Whether only this machine reaches what listens there, or is asked under this name. */
export function isLoopback(host: string): boolean {
  const kind = isIP(host);
  return kind === 0 ? host === "localhost" : LOOPBACK.check(host, kind === 4 ? "ipv4" : "ipv6");
}

export interface HostRules {
  /** Where the gateway listens. */
  readonly listensOn: string;
  /** `general_settings.allowed_hosts`. */
  readonly allowed: readonly string[];
}

/**
 * For a gateway without a key: a page can let its own name lead to this machine (DNS rebinding), and is then of the same
 * origin to its browser. It cannot choose another name for `Host`, so only names that are no stranger's are answered.
 */
export function refuseUnknownHost(request: Request, rules: HostRules): void {
  if (isKnown(request, rules)) return;
  const asked = JSON.stringify((request.headers.host ?? "").slice(0, 100));
  throw new ApiError(
    "unknown_host",
    `This gateway has no master key, so it answers under this machine's own names only, and not as ${asked}. ` +
      "Set general_settings.master_key, or name the host in general_settings.allowed_hosts.",
  );
}

// `X-Forwarded-Host` is not looked at: anybody can write it.
function isKnown({ headers, socket }: Request, { listensOn, allowed }: HostRules): boolean {
  const host = parseHost(headers.host ?? "");
  if (host === null) return false;
  const { written, name, port } = host;
  if (allowed.includes("*") || allowed.includes(written) || allowed.includes(`${written}:${port}`)) return true;
  const wide = !isLoopback(listensOn);
  // Of the port a container or a tunnel may have made another.
  if (isLoopback(name)) return wide || port === socket.localPort;
  if (wide && (name === "0.0.0.0" || name === "::")) return true;
  // An address leads where it says, and nobody can let it lead elsewhere.
  return isIP(name) !== 0 && name === socket.localAddress?.replace(/^::ffff:/, "");
}

interface AskedHost {
  /** With brackets where it is an IPv6 address. */
  readonly written: string;
  readonly name: string;
  readonly port: number;
}

function parseHost(text: string): AskedHost | null {
  const match = /^(?:\[([\da-f:.]+)\]|([^\s:/?#@[\]\\]+))(?::(\d{1,5}))?$/.exec(text.toLowerCase());
  if (match === null) return null;
  const [, bracketed, plain = "", port = "80"] = match;
  const name = bracketed ?? plain.replace(/\.$/, "");
  return { written: bracketed === undefined ? name : `[${name}]`, name, port: Number(port) };
}
