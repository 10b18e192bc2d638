import { ConfigError, type Fault, type OwnCheck, type OwnChecks, type OwnCheckSet } from "@understudy/config";
import type { OwnChecked, OwnCheckResult } from "@understudy/evaluation";
import type { Answer, ApiName } from "@understudy/contracts";
import type { Logger, Service } from "@understudy/runtime";
import { type CheckRunner, type CheckRunnerDeps, createCheckRunner } from "./check-runner.ts";
import type { CheckAnswer } from "./check-task.ts";

export interface CheckedPair {
  readonly primary: Answer;
  readonly silent: Answer;
  /** The API of the request. */
  readonly api: ApiName;
  /** JSON text of the request. */
  readonly request: string;
}

export interface OwnChecker {
  /** Holds both answers to the checks. Rejects only while it is being stopped. */
  check(set: OwnCheckSet, pair: CheckedPair, pairId: string): Promise<OwnChecked>;
  /** What keeps some of these from being run at all: a file that cannot be loaded, a schema that makes no sense. */
  faultsOf(set: OwnCheckSet): Promise<readonly Fault[]>;
  readonly service: Service;
}

export interface OwnCheckerDeps extends CheckRunnerDeps {
  readonly logger: Logger;
  /** Looked at when it starts. */
  readonly ownChecks?: OwnChecks;
}

/** Holds pairs to the operator's checks, and says in the log which of them could not be run. Starting it rejects with `ConfigError`. */
export function createOwnChecker({ logger, ownChecks = {}, ...deps }: OwnCheckerDeps): OwnChecker {
  const runner = createCheckRunner(deps);
  return {
    async check({ id, checks }, { primary, silent, api, request }, pairId) {
      const found = await runner.run({ checks, answers: [primary, silent], api, request });
      const results = checks.map((check, index) => resultOf(check, found[index] ?? []));
      for (const [index, result] of results.entries()) {
        const why = found[index]?.find(({ as }) => as === "not_run")?.why;
        if (why === undefined) continue;
        const { name, primary: onPrimary, silent: onSilent } = result;
        const fields = { pair_id: pairId, check: name, primary: onPrimary, silent: onSilent, error: why };
        logger.warn("a check could not be run", fields);
      }
      return { set: id, results };
    },
    faultsOf: (set) => faultsOf(set, runner),
    service: {
      name: "checks",
      async start() {
        const faults = await Promise.all(Object.values(ownChecks).map((set) => faultsOf(set, runner)));
        if (faults.flat().length > 0) throw new ConfigError(faults.flat());
      },
      stop: () => runner.close(),
    },
  };
}

async function faultsOf({ checks }: OwnCheckSet, runner: CheckRunner): Promise<readonly Fault[]> {
  const found = await runner.run({ checks, answers: [], api: "chat", request: "null" });
  return checks.flatMap(({ name, type }, index) => {
    const why = found[index]?.[0]?.why ?? null;
    if (why === null) return [];
    const fix = type === "javascript" ? "export default (output, context) => true, false or a score" : "correct it";
    return [{ path: "mirror_settings.checks", problem: `${name} cannot be run: ${why}`, fix }];
  });
}

function resultOf({ name, type, not }: OwnCheck, [primary, silent]: readonly CheckAnswer[]): OwnCheckResult {
  return {
    name,
    type: not ? `not-${type}` : type,
    primary: primary?.as ?? "not_run",
    silent: silent?.as ?? "not_run",
  };
}
