import { expect, test } from "vitest";
import { count, duration, ms, percent, points, times, usd } from "./format.ts";
import { ago, day, moment } from "./moments.ts";

test("figures carry their unit, with as many digits as they are worth", () => {
  expect([0.991, -0.00004, null].map((rate) => percent(rate))).toEqual(["99.1%", "0.0%", "–"]);
  expect([0.029, -0.061].map(points)).toEqual(["2.9 points", "−6.1 points"]);
  expect([1.194, 0.064, 1, 12.345].map(times)).toEqual(["1.19×", "0.064×", "1.00×", "12.35×"]);
  expect([1_083.2, 5.1, 0.65, 0.000_012_34, -2, 0, 0.8, 99.999].map(usd)).toEqual([
    "$1,080",
    "$5.10",
    "$0.65",
    "$0.0000123",
    "−$2.00",
    "$0.00",
    "$0.80",
    "$100.00",
  ]);
  expect([7.42, 610.4, 3_140].map(ms)).toEqual(["7.4 ms", "610 ms", "3.1 s"]);
  expect([42_000, 303_000, 92_580_000, 941_760_000].map(duration)).toEqual([
    "42 s",
    "5 min 3 s",
    "25 h 43 min",
    "10.9 days",
  ]);
  expect(count(-4_238)).toBe("−4,238");
});

test("moments are relative up to two days, and then a day", () => {
  const now = new Date(2026, 10, 28, 11, 45).getTime();
  const at = (date: number, hour: number, minute: number): number => new Date(2026, 10, date, hour, minute).getTime();
  expect(moment(at(26, 9, 41))).toBe("Thu 26 Nov 09:41");
  expect(day(new Date(2026, 11, 1).getTime())).toBe("Tue 1 Dec");
  const moments = [at(28, 11, 45), at(28, 11, 30), at(28, 8, 40), at(27, 23, 50), at(27, 9, 0), at(26, 23, 0)];
  expect(moments.map((one) => ago(one, now))).toEqual([
    "now",
    "15 min ago",
    "3 h ago",
    "11 h ago",
    "yesterday",
    "26 Nov",
  ]);
});
