import { describe, expect, it } from "vitest";
import { parseDurationMs } from "../../../src/document/duration.ts";

describe("parseDurationMs", () => {
  it.each([
    ["60s", 60_000],
    ["500ms", 500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["1.5 s", 1500],
  ])("reads %j", (value, durationMs) => {
    expect(parseDurationMs(value)).toBe(durationMs);
  });

  it.each([
    "",
    "60",
    60,
    0.25,
    "s",
    "-1s",
    "0s",
    0,
    -5,
    "1d",
    "1e3s",
    Number.NaN,
    "25 days",
    2 ** 31,
    "600h",
    null,
    true,
    [60],
  ])("refuses %j", (value) => {
    expect(parseDurationMs(value)).toBeUndefined();
  });
});
