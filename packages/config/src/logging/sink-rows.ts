import { passwordsIn } from "../file-secrets.ts";
import { publicUrl } from "../public-url.ts";
import { formatSize } from "../units.ts";
import type { S3Access, SinkKind, SinkSettings } from "./logging.ts";

/** What may be shown of a sink, and what must not. */
interface SinkRow<Settings> {
  /** Where it writes, for a person. */
  readonly place: (sink: Settings) => string;
  /** What it is reached with. */
  readonly secrets: (sink: Settings) => readonly (string | null)[];
}

const ROWS: { readonly [Kind in SinkKind]: SinkRow<Extract<SinkSettings, { kind: Kind }>> } = {
  file: {
    place: ({ path, maxBytes, every }) => `${path}, rotated at ${formatSize(maxBytes)} or each ${every}`,
    secrets: () => [],
  },
  winston: { place: ({ module }) => module, secrets: () => [] },
  s3: { place: bucketOf, secrets: keysOf },
  s3_batches: { place: bucketOf, secrets: keysOf },
  langfuse: { place: ({ host }) => publicUrl(host), secrets: ({ secretKey }) => [secretKey] },
  otel: {
    place({ traces, metrics }) {
      const targets = [traces, metrics].flatMap((target) => (target === null ? [] : [publicUrl(target.url)]));
      return targets.length === 0 ? "nowhere: OTEL_SDK_DISABLED or no exporter" : targets.join(" and ");
    },
    secrets: ({ traces, metrics }) =>
      [traces, metrics].flatMap((target) =>
        target === null ? [] : [...passwordsIn(target.url), ...Object.values(target.headers)],
      ),
  },
  generic_api: {
    place: ({ url }) => publicUrl(url),
    secrets: ({ url, headers }) => [...passwordsIn(url), ...Object.values(headers)],
  },
};

/** The row of this sink's kind. */
export function sinkRow(sink: SinkSettings): SinkRow<SinkSettings> {
  return ROWS[sink.kind] as SinkRow<SinkSettings>;
}

interface InBucket {
  readonly access: S3Access;
  readonly prefix: string;
}

function bucketOf({ access: { bucket, endpoint }, prefix }: InBucket): string {
  return `s3://${bucket}/${prefix}${endpoint === null ? "" : ` at ${publicUrl(endpoint)}`}`;
}

function keysOf({ access }: InBucket): readonly (string | null)[] {
  return Object.values(access.credentials ?? {});
}
