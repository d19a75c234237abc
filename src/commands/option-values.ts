import { constants } from "node:os";
import { InvalidArgumentError } from "commander";
import { type FailOn, parseFailOn } from "../diff/fail-on.ts";
import { DURATION_EXPECTED, parseDurationMs } from "../document/duration.ts";
import { FORMAT_NAMES, type Format } from "../render/formats.ts";

// Each function parses the value of a command-line option, and throws commander's InvalidArgumentError with what is allowed.

export function parseFormats(value: string): Format[] {
  return value.split(",").map((name) => {
    const format = FORMAT_NAMES.find((each) => each === name.trim());
    if (format === undefined) {
      const json = name.trim() === "json" ? " Every render writes the results to results.json beside the page." : "";
      throw new InvalidArgumentError(`Unknown format \`${name}\`. Available: ${FORMAT_NAMES.join(", ")}.${json}`);
    }
    return format;
  });
}

export function parseCount(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(value);
}

export function parseNames(value: string): string[] {
  return value.split(",").map((name) => name.trim());
}

export function collectParameter(value: string, previous: Readonly<Record<string, string>>): Record<string, string> {
  const colon = value.indexOf(":");
  if (colon < 1) throw new InvalidArgumentError("Write it as `-P name:value`.");
  return { ...previous, [value.slice(0, colon).trim()]: value.slice(colon + 1).trim() };
}

export function parsePort(value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535) throw new InvalidArgumentError("It must be a port: 0 to 65535.");
  return port;
}

export function readFailOn(text: string): FailOn {
  const failOn = parseFailOn(text);
  if (failOn === undefined)
    throw new InvalidArgumentError("Write `worse`, `worse:5%`, `claims`, or both with a comma.");
  return failOn;
}

/** Parses an age such as `30d` into ms; days and weeks are allowed. */
export function parseAge(value: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([dw])$/.exec(value.trim()) ?? [];
  if (count !== undefined) return Number(count) * (unit === "w" ? 7 : 1) * 24 * 60 * 60 * 1000;
  const durationMs = parseDurationMs(value);
  if (durationMs === undefined || /^\d+(\.\d+)?$/.test(value))
    throw new InvalidArgumentError("It must be a duration with its unit: 30d, 2w, 12h.");
  return durationMs;
}

export function parseDuration(value: string): number {
  const durationMs = parseDurationMs(/^\d+(\.\d+)?$/.test(value) ? `${value}s` : value);
  if (durationMs === undefined)
    throw new InvalidArgumentError(`It must be ${DURATION_EXPECTED}, or a number of seconds.`);
  return durationMs;
}

export function parseSignal(value: string): NodeJS.Signals {
  const name = value.startsWith("SIG") ? value : `SIG${value}`;
  if (!Object.hasOwn(constants.signals, name) || name === "SIGKILL" || name === "SIGSTOP") {
    throw new InvalidArgumentError("It must be a signal that a program can receive, such as SIGUSR2.");
  }
  return name as NodeJS.Signals;
}
