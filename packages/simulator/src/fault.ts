/** What a simulated provider does wrong, or slowly, when it is asked to. */
export type Fault =
  | { readonly kind: "fail"; readonly status: number }
  | { readonly kind: "slow" | "slow-tokens"; readonly ms: number }
  | { readonly kind: "flaky"; readonly every: number }
  | { readonly kind: "huge"; readonly bytes: number }
  | { readonly kind: PlainFault };

const PLAIN_FAULTS = [
  /** 400: the prompt is longer than the model takes. */
  "fail-context",
  /** 400: refused by the provider's content policy. */
  "fail-content",
  /** Never answers. */
  "hang",
  /** Sends status and headers, then nothing. */
  "hang-after-headers",
  /** Sends half of the answer, then nothing. */
  "stall",
  /** Closes the connection before the first byte. */
  "reset",
  /** Closes the connection in the middle of the answer. */
  "cut",
  /** An error event in the middle of a stream; a plain request gets a 500. */
  "stream-error",
  /** 200 with JSON that does not parse. */
  "bad-json",
  /** An answer without text. */
  "empty",
  /** 200 without a body. */
  "empty-body",
  /** An ordinary answer; its headers say that 5% of the account's requests are left, for another second. */
  "low-quota",
  /** No latency. */
  "instant",
] as const;
type PlainFault = (typeof PLAIN_FAULTS)[number];

const DEFAULT_SLOW_MS = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Thrown for a text that names no fault; the message lists those there are. */
export class UnknownFaultError extends Error {
  constructor(text: string) {
    super(
      `'${text}' is no fault; known are fail-<status>, slow, slow-<ms>, slow-tokens-<ms>, flaky-<n>, huge-<bytes> ` +
        `(up to ${MOST_BYTES}), ${PLAIN_FAULTS.join(", ")}`,
    );
    this.name = "UnknownFaultError";
  }
}

/** Reads a fault such as `fail-500`, `slow-250` or `cut`. Throws `UnknownFaultError`. */
export function parseFault(text: string): Fault {
  const fault = readFault(text);
  if (fault === null) throw new UnknownFaultError(text);
  return fault;
}

/**
 * Reads the fault in a model name: `sim-<fault>` or `<model>@<fault>`. Throws `UnknownFaultError` for what follows an
 * `@`; a name that merely begins with `sim-` is an ordinary name.
 */
export function splitModelName(name: string): { readonly model: string; readonly fault: Fault | null } {
  const at = name.lastIndexOf("@");
  if (at > 0) return { model: name.slice(0, at), fault: parseFault(name.slice(at + 1)) };
  const fault = name.startsWith("sim-") ? readFault(name.slice(4)) : null;
  return { model: name, fault };
}

function readFault(text: string): Fault | null {
  const plain = PLAIN_FAULTS.find((name) => name === text);
  if (plain !== undefined) return { kind: plain };
  if (text === "slow") return { kind: "slow", ms: DEFAULT_SLOW_MS };
  const match = /^(fail|slow|slow-tokens|flaky|huge)-(\d{1,9})$/.exec(text);
  return match === null ? null : faultWithNumber(match[1] ?? "", Number(match[2]));
}

function faultWithNumber(kind: string, value: number): Fault | null {
  switch (kind) {
    case "fail":
      return value >= 400 && value <= 599 ? { kind, status: value } : null;
    case "slow":
    case "slow-tokens":
      return { kind, ms: value };
    case "flaky":
      return value >= 1 ? { kind, every: value } : null;
    case "huge":
      return value <= MOST_BYTES ? { kind, bytes: value } : null;
    default:
      return null;
  }
}
