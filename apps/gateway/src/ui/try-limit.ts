import { backoffMs, type Clock } from "@understudy/runtime";
import { isIPv6 } from "node:net";

/** How often a key may be tried from one address. */
export interface TryLimit {
  /** How long the address has to wait before its next try; 0 is not at all. */
  waitMs(address: string): number;
  failed(address: string): void;
  succeeded(address: string): void;
}

const FREE_TRIES = 5;
/** Behind a proxy all have one address: whoever has the key must get in even while somebody tries. */
const WAITS = { firstMs: 1_000, longestMs: 60_000 };
const FORGOTTEN_AFTER_MS = 15 * 60_000;
const MOST_ADDRESSES = 10_000;

interface Tries {
  readonly failures: number;
  readonly lastAt: number;
  readonly waitUntil: number;
}

/** After five wrong keys each further one doubles the wait, up to a minute; a quarter of an hour of peace forgets them. */
export function createTryLimit(clock: Clock): TryLimit {
  // The address that tried last stands last.
  const byAddress = new Map<string, Tries>();

  function triesOf(address: string): Tries | null {
    const tries = byAddress.get(address);
    if (tries === undefined || clock.monotonic() - tries.lastAt > FORGOTTEN_AFTER_MS) return null;
    return tries;
  }

  return {
    waitMs(address) {
      return Math.max(0, (triesOf(networkOf(address))?.waitUntil ?? 0) - clock.monotonic());
    },
    failed(address) {
      const network = networkOf(address);
      const failures = (triesOf(network)?.failures ?? 0) + 1;
      const now = clock.monotonic();
      const further = failures - FREE_TRIES;
      const wait = further < 0 ? 0 : backoffMs(further, WAITS);
      byAddress.delete(network);
      byAddress.set(network, { failures, lastAt: now, waitUntil: now + wait });
      const [oldest] = byAddress.keys();
      if (byAddress.size > MOST_ADDRESSES && oldest !== undefined) byAddress.delete(oldest);
    },
    succeeded(address) {
      byAddress.delete(networkOf(address));
    },
  };
}

/** Of an IPv6 address its first 64 bits: the rest is its owner's to choose. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("%")[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
