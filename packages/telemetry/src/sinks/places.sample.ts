/** Only for tests of other rooms: places that sinks write to. */
export { type DecodedSpan, decodeSpans } from "./otel/otlp.sample.ts";
export { type PlaceRequest, type PlaceServer, type PlaceTrouble, startPlaceServer } from "./place-server.sample.ts";
export { startBucket, type TestBucket } from "./s3/s3-place.sample.ts";
