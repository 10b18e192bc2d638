export { type Backends, openOwnBackends, openSharedBackends } from "./backends.ts";
export { aboutJob, type ForgetDeps, type Forgotten, forgetSubject } from "./forget-subject.ts";
export { giveWay, giveWayInThread } from "./give-way.ts";
export { type HealthPart, healthRoutes, metricsRoute } from "./health.ts";
export { createHttpServer, type HttpServer } from "./http-server.ts";
export { openLogger, openProcess, type OpenProcess, sayWhatIsLeftOut } from "./open-process.ts";
export { type Assembly, runProcess } from "./run-process.ts";
export { openSpoolOf } from "./open-spool-of.ts";
export { helpText, type ProcessSettings, readSettings, SettingsError } from "./settings.ts";
