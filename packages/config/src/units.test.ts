import { expect, test } from "vitest";
import { formatDuration, formatSize, parseDuration, parseSize } from "./units.ts";

test.each<[unknown, number | null]>([
  [30, 30_000],
  [0.5, 500],
  ["30", 30_000],
  ["500ms", 500],
  ["30s", 30_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["7d", 604_800_000],
  ["1.5 h", 5_400_000],
  [0, 0],
  [-1, null],
  [Number.NaN, null],
  ["5 minutes", null],
  ["1h30m", null],
  ["", null],
  [true, null],
])("the duration %j is %j ms", (written, ms) => {
  expect(parseDuration(written)).toBe(ms);
});

test.each<[unknown, number | null]>([
  [1024, 1024],
  ["512kb", 524_288],
  ["1mb", 1_048_576],
  ["8MiB", 8_388_608],
  ["1 GiB", 1_073_741_824],
  ["10b", 10],
  ["1h", null],
  [-1, null],
])("the size %j is %j bytes", (written, bytes) => {
  expect(parseSize(written)).toBe(bytes);
});

test("amounts are written in the largest unit that is exact", () => {
  expect([0, 1_500, 90_000, 3_600_000, 2_592_000_000].map(formatDuration)).toEqual([
    "0ms",
    "1500ms",
    "90s",
    "1h",
    "30d",
  ]);
  expect([0, 1_000, 524_288, 33_554_432].map(formatSize)).toEqual(["0 bytes", "1000 bytes", "512 KiB", "32 MiB"]);
});
