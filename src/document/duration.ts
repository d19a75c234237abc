const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Longest delay of Node's timers, in ms; a timer with a longer delay fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Words for error messages: the form that `parseDurationMs` accepts. */
export const DURATION_EXPECTED = "a duration with its unit, such as 60s, 500ms or 2m";

/** Words for the error message about a value that is not a duration; for a number they say that the unit is missing. */
export function expectedDuration(value: unknown): string {
  return typeof value === "number" && value > 0
    ? `a duration with its unit, such as ${value}s or ${value}ms`
    : DURATION_EXPECTED;
}

/**
 * Parses a duration: `60s`, `500ms`, `2m`, `1h`.
 * @returns milliseconds; undefined for anything else, for 0, and for more than a timer can wait (24 days)
 */
export function parseDurationMs(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)$/.exec(value.trim());
  const unitMs = UNITS_MS[match?.[2] ?? ""];
  if (match === null || unitMs === undefined) return undefined;
  return withinTimer(Number(match[1]) * unitMs);
}

function withinTimer(durationMs: number): number | undefined {
  const rounded = Math.round(durationMs);
  return rounded >= 1 && rounded <= LONGEST_MS ? rounded : undefined;
}

/** Words for error messages: the form that `parseAgeMs` accepts. */
export const AGE_EXPECTED = "an age such as 12h, 7d or 30m, or a number of seconds";

const AGE_UNITS_MS: Readonly<Record<string, number>> = { ...UNITS_MS, d: 86_400_000, w: 604_800_000 };

/**
 * Parses an age. Like a duration, but of any length, and also in days and weeks, or a plain number of seconds: `12h`,
 * `7d`, `2w`.
 * @returns milliseconds; undefined for anything else, and for 0
 */
export function parseAgeMs(value: unknown): number | undefined {
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d|w)$/.exec(value.trim()) : null;
  const ageMs =
    typeof value === "number" ? value * 1000 : Number(match?.[1]) * (AGE_UNITS_MS[match?.[2] ?? ""] ?? Number.NaN);
  const rounded = Math.round(ageMs);
  return Number.isSafeInteger(rounded) && rounded >= 1 ? rounded : undefined;
}
