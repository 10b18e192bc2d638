import { BlockList, isIP } from "node:net";

/** Whether a host and port are called straight, though there is a proxy. */
export type NoProxy = (host: string, port: number) => boolean;

interface Entry {
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  /** `*.host`: what is below it, and not itself. */
  readonly onlyBelow: boolean;
}

/**
 * Reads `NO_PROXY` as curl and most others do: names apart by commas or spaces, each of a host and all below it; `*` for
 * all; `host:port`; addresses, IPv6 with or without brackets; blocks such as `10.0.0.0/8`. Names are not looked up.
 */
export function readNoProxy(text: string): NoProxy {
  const blocks = new BlockList();
  const entries: Entry[] = [];
  for (const word of text.toLowerCase().split(/[\s,]+/)) {
    if (word === "") continue;
    if (!addBlock(blocks, word)) entries.push(entryOf(word));
  }
  if (entries.length === 0 && blocks.rules.length === 0) return () => false;
  return (host, port) => {
    const name = bare(host.toLowerCase());
    const family = isIP(name);
    if (family !== 0 && blocks.check(name, family === 6 ? "ipv6" : "ipv4")) return true;
    return entries.some((entry) => (entry.port === 0 || entry.port === port) && isOf(name, entry));
  };
}

function addBlock(blocks: BlockList, word: string): boolean {
  const [, address = "", bits = ""] = /^\[?([\da-f.:]+)\]?\/(\d{1,3})$/.exec(word) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(bits) > (family === 6 ? 128 : 32)) return false;
  blocks.addSubnet(address, Number(bits), family === 6 ? "ipv6" : "ipv4");
  return true;
}

function entryOf(word: string): Entry {
  const [, bracketed, ofBracketed] = /^\[(.+)\](?::(\d+))?$/.exec(word) ?? [];
  if (bracketed !== undefined) return { host: bracketed, port: Number(ofBracketed ?? 0), onlyBelow: false };
  // More than one colon: an IPv6 address and no port.
  const [, host = word, port = "0"] = /^([^:]+):(\d+)$/.exec(word) ?? [];
  return {
    host: host === "*" ? host : bare(host.replace(/^\*?\./, "")),
    port: Number(port),
    onlyBelow: host.startsWith("*."),
  };
}

function isOf(name: string, { host, onlyBelow }: Entry): boolean {
  return host === "*" || (!onlyBelow && name === host) || name.endsWith(`.${host}`);
}

/** Without an IPv6 address's brackets, and without the dot of a full name. */
function bare(host: string): string {
  return host.replace(/^\[(.+)\]$/, "$1").replace(/(?<=.)\.$/, "");
}
