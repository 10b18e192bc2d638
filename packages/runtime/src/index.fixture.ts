export { type KeptLine, keepLines } from "./lines.fixture.ts";
export { createManualClock, type ManualClock } from "./manual-clock.fixture.ts";
export { createSkippingClock, type SkippingClock } from "./skipping-clock.fixture.ts";
export { startCpuTimer } from "./cpu-timer.fixture.ts";
