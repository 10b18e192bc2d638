export { type Background, createBackground } from "./background.ts";
export { type Clock, roundMs, systemClock } from "./clock.ts";
export { FolderInUseError, lockFolder } from "./folder-lock.ts";
export { createHost, type Host, type HostDeps, type Service } from "./lifecycle.ts";
export { errorFields, type LogFields, type Logger, silentLogger } from "./logger.ts";
export { newId, type Random, shortHash, stableFraction, systemRandom } from "./random.ts";
