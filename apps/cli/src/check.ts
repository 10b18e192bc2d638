import { ConfigError, describeConfig, faultLine, loadConfigFile } from "@understudy/config";
import { compileTargets, unpricedBudgets, unservedDeployments } from "@understudy/providers";

const HELP = `Usage: understudy check FILE

Reads a LiteLLM proxy config.yaml as the gateway and the worker would, and prints the resolved picture: model groups,
deployments (keys masked), experiments, and the keys that are ignored. Exits 1, with one line for each fault, when the
file cannot be used.
`;

/** `understudy check FILE`: exit code 0 or 1. */
export function runCheck(args: readonly string[], env: NodeJS.ProcessEnv): void {
  const [file] = args;
  if (file === "--help") {
    process.stdout.write(HELP);
    return;
  }
  if (file === undefined || args.length > 1 || file.startsWith("-")) {
    process.stderr.write(`name one config.yaml\n\n${HELP}`);
    process.exitCode = 1;
    return;
  }
  try {
    const config = loadConfigFile(file, env);
    compileTargets(config);
    process.stdout.write(`${describeConfig(config)}\n`);
    for (const fault of unpricedBudgets(config)) process.stdout.write(`notice: ${faultLine(fault)}\n`);
    for (const fault of unservedDeployments(config)) process.stdout.write(`not served: ${faultLine(fault)}\n`);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
