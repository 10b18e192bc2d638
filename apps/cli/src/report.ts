import type { Report } from "@understudy/evaluation";
import { parseArgs } from "node:util";
import { type Api, ApiFault } from "./api.ts";
import { ADDRESS_HELP, ADDRESS_OPTIONS, type GatewayAddress, openApi, readAddress } from "./gateway-address.ts";
import { asCsv } from "./report/as-csv.ts";
import { asMarkdown } from "./report/as-markdown.ts";
import { asTable } from "./report/as-table.ts";

const FORMATS = ["table", "json", "markdown", "csv"] as const;
type Format = (typeof FORMATS)[number];

const HELP = `Usage: understudy report [EXPERIMENT] [flags]

Prints what the pairs of a running instance say: the verdict first, then what it rests on. Without EXPERIMENT, of all
experiments.

${ADDRESS_HELP}  --format FORMAT  table, json, markdown (for a pull request) or csv (default table)
`;

interface ReportOptions {
  readonly experiment: string | null;
  readonly address: GatewayAddress;
  readonly format: Format;
}

/** `understudy report`: exit code 1 when there is nothing to report from. */
export async function runReport(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const options = readOptions(args, env);
  if (options === null) return;
  try {
    const reports = await reportsFor(await openApi(options.address), options.experiment);
    process.stdout.write(`${formatted(reports, options)}\n`);
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

async function reportsFor(api: Api, experiment: string | null): Promise<readonly Report[]> {
  const known = await api.experimentIds();
  if (experiment === null) return Promise.all(known.map((id) => api.report(id)));
  if (known.includes(experiment)) return [await api.report(experiment)];
  const there = known.length === 0 ? "there is none yet" : `there is ${known.join(", ")}`;
  throw new ApiFault(`there is no experiment ${experiment}; ${there}`);
}

function formatted(reports: readonly Report[], { format, experiment }: ReportOptions): string {
  switch (format) {
    case "json":
      return JSON.stringify(experiment === null ? reports : reports[0], null, 2);
    case "csv":
      return asCsv(reports).trimEnd();
    case "markdown":
      return reports.map(asMarkdown).join("\n\n");
    case "table":
      return reports.length === 0 ? "No experiment yet: nothing has been mirrored." : reports.map(asTable).join("\n\n");
  }
}

function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): ReportOptions | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...ADDRESS_OPTIONS,
        format: { type: "string", default: "table" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      return null;
    }
    const format = FORMATS.find((name) => name === values.format);
    if (format === undefined) throw new Error(`--format: ${values.format} is not one of ${FORMATS.join(", ")}`);
    if (positionals.length > 1) throw new Error("name one experiment, or none for all");
    return { experiment: positionals[0] ?? null, address: readAddress(values, env), format };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${HELP}`);
    process.exitCode = 1;
    return null;
  }
}
