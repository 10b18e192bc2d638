import type { PlaceRequest } from "../place-server.fixture.ts";
import { readOtlp } from "./otlp-proto.fixture.ts";

/** Only for tests: a span as a collector reads it. */
export interface DecodedSpan {
  readonly name: string;
  /** 3: client, 4: producer, 5: consumer. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  readonly error: string | null;
}

interface WireValue {
  readonly stringValue?: string;
  readonly intValue?: number | string;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly WireValue[] };
}
interface WireAttribute {
  readonly key: string;
  readonly value: WireValue;
}
interface WireSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly WireAttribute[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events?: readonly { readonly name: string; readonly attributes: readonly WireAttribute[] }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}
interface WireTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly WireAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly WireSpan[] }[];
  }[];
}

/** All spans of the requests to `path`, each once: a collector keeps one span for one id. */
export function decodeSpans(requests: readonly PlaceRequest[], path: string): readonly DecodedSpan[] {
  const spans = requests
    .filter((request) => request.path === path)
    .flatMap((request) => (readOtlp(request, "Traces") as WireTraces).resourceSpans)
    .flatMap(({ resource, scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans.map((span) => decodeSpan(span, decode(resource.attributes)))),
    );
  return [...new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span])).values()];
}

function decodeSpan(span: WireSpan, resource: DecodedSpan["resource"]): DecodedSpan {
  const { name, kind, traceId, spanId, parentSpanId, links = [], events = [], status } = span;
  return {
    name,
    kind,
    traceId,
    spanId,
    parentSpanId,
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
    attributes: decode(span.attributes),
    resource,
    links: links.map(({ traceId, spanId }) => ({ traceId, spanId })),
    events: events.map((event) => ({ name: event.name, attributes: decode(event.attributes) })),
    error: status?.code === 2 ? (status.message ?? "") : null,
  };
}

export function decode(attributes: readonly WireAttribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, decodeValue(value)]));
}

function decodeValue({ stringValue, intValue, doubleValue, boolValue, arrayValue }: WireValue): unknown {
  if (arrayValue !== undefined) return arrayValue.values.map(decodeValue);
  return stringValue ?? boolValue ?? doubleValue ?? Number(intValue);
}
