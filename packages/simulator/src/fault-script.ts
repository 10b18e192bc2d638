import { type Fault, parseFault, splitModelName } from "./fault.ts";

/** Decides which fault a request meets. Faults are given as text, `fail-500`; null is an ordinary answer. */
export interface FaultScript {
  /** Sets the fault of a model, named as requests name it, until it is set again. Throws `UnknownFaultError`. */
  script(model: string, fault: string | null): void;
  /** The coming requests for a model meet these faults, one each, before `script` holds again. */
  scriptOnce(model: string, faults: readonly (string | null)[]): void;
  /** Takes the fault for one request: the header wins, then `scriptOnce`, `script`, and the model's name. */
  take(modelName: string, header: string | null): { readonly model: string; readonly fault: Fault | null };
  reset(): void;
}

export function createFaultScript(): FaultScript {
  const standing = new Map<string, Fault | null>();
  const coming = new Map<string, (Fault | null)[]>();
  const flakyCounts = new Map<string, number>();

  function scripted(modelName: string, named: Fault | null): Fault | null {
    const next = coming.get(modelName)?.shift();
    if (next !== undefined) return next;
    const fault = standing.get(modelName);
    return fault === undefined ? named : fault;
  }

  function decide(modelName: string, fault: Fault | null): Fault | null {
    if (fault?.kind !== "flaky") return fault;
    const count = (flakyCounts.get(modelName) ?? 0) + 1;
    flakyCounts.set(modelName, count);
    return count % fault.every === 0 ? { kind: "fail", status: 500 } : null;
  }

  return {
    script: (model, fault) => void standing.set(model, fault === null ? null : parseFault(fault)),
    scriptOnce: (model, faults) =>
      void coming.set(
        model,
        faults.map((fault) => (fault === null ? null : parseFault(fault))),
      ),
    take(modelName, header) {
      const { model, fault } = splitModelName(modelName);
      const chosen = header === null ? scripted(modelName, fault) : parseFault(header);
      return { model, fault: decide(modelName, chosen) };
    },
    reset() {
      standing.clear();
      coming.clear();
      flakyCounts.clear();
    },
  };
}
