import { ConfigError, describeConfig, faultLine, loadConfigFile } from "@understudy/config";
import { SettingsError, withSecretFiles } from "@understudy/launch";
import { linesOf, servedConfig } from "@understudy/providers";

const HELP = `Usage: understudy check FILE

Reads a LiteLLM proxy config.yaml as the gateway and the worker would, and prints the resolved picture: model groups,
deployments (keys masked) and experiments; then what is not served, what is not as it is written, and what is ignored.
Exits 1, with one line for each fault, when the file cannot be used or nothing serves a silent model.
`;

/** `understudy check FILE`: exit code 0 or 1. */
export function runCheck(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const [file] = args;
  if (file === "--help" || file === "-h") {
    process.stdout.write(HELP);
    return;
  }
  if (file === undefined || args.length > 1 || file.startsWith("-")) {
    process.stderr.write(`name one config.yaml\n\n${HELP}`);
    process.exitCode = 1;
    return;
  }
  const { picture, faults } = checkFile(file, env);
  process.stdout.write(picture);
  if (faults === "") return;
  process.stderr.write(`${faults}\n`);
  process.exitCode = 1;
}

/** What `check` says of a file: the picture, and a line for each fault, empty when there is none. */
export function checkFile(file: string, env: NodeJS.ProcessEnv): { readonly picture: string; readonly faults: string } {
  try {
    const served = servedConfig(loadConfigFile(file, withSecretFiles(env)));
    const { warnings, ignored } = linesOf(served);
    const lines = [...warnings, ...ignored].map((line) => `${line}\n`).join("");
    const picture = [describeConfig(served.config, served.calls), lines].filter((part) => part !== "").join("\n");
    return { picture, faults: served.off.map(faultLine).join("\n") };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof SettingsError)) throw error;
    return { picture: "", faults: error.message };
  }
}
