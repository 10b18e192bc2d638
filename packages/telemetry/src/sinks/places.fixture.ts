/** Only for tests of other rooms: places that sinks write to. */
export { type DecodedSpan, decodeSpans } from "./otel/otlp.fixture.ts";
export { type PlaceRequest, type PlaceServer, type PlaceTrouble, startPlaceServer } from "./place-server.fixture.ts";
export { startBucket, type TestBucket } from "./s3/s3-place.fixture.ts";
