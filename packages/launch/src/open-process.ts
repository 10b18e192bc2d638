import type { Environment, Logger } from "@understudy/runtime";
import { type Config, faultLine, loadConfigFile, secretsOf } from "@understudy/config";
import { linesOf, type Served, servedConfig } from "@understudy/providers";
import { queueKeySecrets } from "@understudy/mirror";
import { type ClosableLogger, createLogger } from "@understudy/telemetry";
import { withSecretFiles } from "./secret-files.ts";
import { type Flag, helpText, type ProcessSettings, readSettings, SettingsError } from "./settings.ts";

export interface ProcessSpec {
  /** `gateway`, `worker`: the name in every log line. */
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
}

export interface OpenProcess {
  readonly settings: ProcessSettings;
  readonly config: Config;
  readonly logger: ClosableLogger;
}

/** Settings, configuration and logger of a process; null when it was only asked for help, which is printed. */
export function openProcess(spec: ProcessSpec, args: readonly string[], given: Environment): OpenProcess | null {
  const env = withSecretFiles(given);
  const { settings, help } = readSettings(args, env, spec.flags);
  if (help) {
    process.stdout.write(helpText(spec.usage, spec.summary, spec.flags));
    return null;
  }
  if (settings.configFile === null) {
    throw new SettingsError("no configuration: name a config.yaml with --config or UNDERSTUDY_CONFIG");
  }
  const served = servedConfig(loadConfigFile(settings.configFile, env));
  const { config } = served;
  const logger = openLogger(spec.name, settings, config);
  for (const warning of settings.warnings) logger.warn(warning);
  sayWhatIsLeftOut(served, logger);
  return { settings, config, logger };
}

/** JSON lines, or a line a person can read on a terminal. Secrets of the configuration never leave through it. */
export function openLogger(
  service: string,
  settings: ProcessSettings,
  config: Config,
  stream: NodeJS.WriteStream = process.stdout,
): ClosableLogger {
  const { redisUrl, databaseUrl, queueKeys } = settings;
  const keySecrets = queueKeys === null ? [] : queueKeySecrets(queueKeys);
  const secrets = [...secretsOf(config), ...urlSecrets(redisUrl), ...urlSecrets(databaseUrl), ...keySecrets];
  const format = settings.logFormat ?? (stream.isTTY ? "pretty" : "json");
  return createLogger({ service, level: settings.logLevel, format, secrets, stream });
}

/** The password as it stands in the URL, which drivers may repeat, and as it is meant. */
function urlSecrets(url: string | null): readonly string[] {
  const password = url === null ? "" : new URL(url).password;
  return password === "" ? [] : [...new Set([password, decodeURIComponent(password)])];
}

/** Once, at start: what is not served, what is otherwise than it is written, and what makes no difference here. */
export function sayWhatIsLeftOut(served: Served, logger: Logger): void {
  const { warnings, ignored } = linesOf(served);
  for (const fault of served.off) logger.warn(`warning: ${faultLine(fault)}; what it was to do is off until then`);
  for (const line of warnings) logger.warn(line);
  for (const line of ignored) logger.info(line);
}
