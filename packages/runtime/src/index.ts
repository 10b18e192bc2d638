export { type Backoff, backoffMs } from "./backoff.ts";
export { type Background, createBackground } from "./background.ts";
export { isTooDeep, JsonTooDeepError, MAX_JSON_DEPTH, parseBoundedJson } from "./bounded-json.ts";
export { type Clock, roundMs, systemClock } from "./clock.ts";
export { loadKept } from "./compile-cache.ts";
export { lastMoment, onAbort, within } from "./deadline.ts";
export type { Environment } from "./environment.ts";
export { FolderInUseError, lockFolder } from "./folder-lock.ts";
export { createHost, type Host, type HostDeps, type Service } from "./lifecycle.ts";
export { errorFields, type LogFields, type Logger, silentLogger } from "./logger.ts";
export { MissingPackageError, whereInstalled } from "./where-installed.ts";
export { createPeriodic } from "./periodic.ts";
export { answerTasks, createThreadPool, type GivenUp, TaskGivenUpError, type ThreadPool } from "./thread-pool.ts";
export {
  type Exposed,
  keepFilesPrivate,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  privateFolder,
  sayExposed,
} from "./private-files.ts";
export { newId, type Random, shortHash, stableFraction, systemRandom } from "./random.ts";
export {
  createLearningRedactor,
  createRedactor,
  REDACTED,
  type Redactor,
  withoutSecrets,
  withoutSecretsInHeaders,
  withoutSecretsInJson,
} from "./secrets/redactor.ts";
export { isSensitiveName } from "./secrets/sensitive-name.ts";
export { VERSION } from "./version.ts";
