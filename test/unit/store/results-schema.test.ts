import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.ts";
import type { Failure, ReportResults } from "../../../src/model/report-results.ts";
import { formatResultsJsonSchema, resultsJsonSchema } from "../../../src/store/json-schema.ts";
import { parseResults } from "../../../src/store/parse-results.ts";
import {
  makeCellResult,
  makeReading,
  makeResults,
  makeTrial,
  makeTrialSet,
  makeVariant,
} from "../../helpers/results.ts";

const FAILURES: readonly Failure[] = [
  {
    kind: "exception",
    name: "RangeError",
    message: "too large",
    uncaught: false,
    frames: [
      { functionName: "walk", file: "report.md", line: 3, column: 1 },
      { functionName: "run", file: undefined, line: 1, column: 1 },
    ],
    hiddenFrames: 4,
  },
  { kind: "exit-code", exitCode: 3 },
  { kind: "signal", signal: "SIGKILL" },
  { kind: "timeout", timeoutMs: 60_000 },
  { kind: "heap-limit", heapSizeLimitBytes: null, lastCollections: ["Mark-Compact 31.9"] },
  { kind: "no-output" },
  { kind: "bad-message", text: "{" },
  { kind: "unsettled-await" },
  { kind: "spawn", message: "ENOMEM" },
  { kind: "drawing-limit", resource: "wall", limit: 1_200_000, cpuMs: 12 },
];

const HEAP = { usedBytes: 9, spacesBytes: { new_space: 9 } };

const everything: ReportResults = makeResults(
  [
    makeCellResult("walks", [
      makeVariant(
        { walks: "saved", semi: 16, warm: true },
        [
          makeTrialSet("peak", [
            makeTrial({
              readings: [makeReading("peakLive", 48)],
              checkpoints: [{ region: "", name: "end", liveBytes: 48, timeMs: 3 }],
              regionHeaps: [{ region: "", endMs: 3, start: HEAP, end: HEAP }],
            }),
          ]),
          makeTrialSet(
            "output",
            FAILURES.map((failure) => makeTrial({ failure, limits: null })),
          ),
        ],
        {
          failure: FAILURES[0] ?? null,
          outputs: [
            { type: "stream", name: "stdout", text: "hello\n", cutBytes: 0 },
            { type: "display", data: { "text/plain": "x", "application/json": { a: [1, null] } } },
            { type: "display", data: {}, name: "sizes" },
          ],
        },
      ),
    ]),
    makeCellResult("next", [], { state: "blocked", blockedBy: ["walks"] }),
  ],
  { params: { blocks: 20, name: "x", fast: false } },
);

const text = JSON.stringify(everything);

describe("parseResults", () => {
  it("accepts everything that a render can write", () => {
    expect(parseResults(text, "results.json")).toEqual(JSON.parse(text));
  });

  it.each([
    ["no JSON", "{", /not JSON/],
    ["of another version", text.replace('"schemaVersion":2', '"schemaVersion":3'), /schema version 3/],
    ["something else", '{"a":1}', /not a Heapbook result: at schemaVersion/],
    ["a list", "[]", /not a Heapbook result/],
    [
      "with a number missing",
      text.replace('"durationMs":12', '"durationMs":null'),
      /at cells\.0\.variants\.0\.trialSets\.0\.trials\.0\.durationMs/,
    ],
    ["of an unknown failure", text.replace('"kind":"spawn"', '"kind":"boredom"'), /failure/],
  ])("refuses what is %s", (_, damaged, message) => {
    let thrown: unknown;
    try {
      parseResults(damaged, "old/results.json");
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(thrown).toMatchObject({ code: "invalid-results", message: expect.stringMatching(message) });
    expect(String(thrown)).toContain("old/results.json");
  });

  it("passes over properties that a later version may add", () => {
    expect(() => parseResults(text.replace("{", '{"new":1,'), "results.json")).not.toThrow();
  });
});

describe("resultsJsonSchema", () => {
  it("names itself, and describes the root and the parts by name", () => {
    const schema = resultsJsonSchema();
    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: "urn:heapbook:results:2",
      title: "Heapbook results",
      type: "object",
      required: ["schemaVersion", "report", "params", "cells"],
      properties: { schemaVersion: { const: 2 }, cells: { type: "array", items: { $ref: "#/$defs/CellResult" } } },
    });
    expect(Object.keys(schema["$defs"] ?? {}).sort()).toEqual([
      "AllocationCallNode",
      "CellResult",
      "Claim",
      "Conclusion",
      "Environment",
      "LineAllocation",
      "LineProfile",
      "MetricSummary",
      "Trial",
      "TrialSet",
    ]);
  });

  it("lets later versions add properties", () => {
    expect(formatResultsJsonSchema()).not.toContain('"additionalProperties": false');
  });

  it("is the same text every time", () => {
    expect(formatResultsJsonSchema()).toBe(formatResultsJsonSchema());
    expect(JSON.parse(formatResultsJsonSchema())).toEqual(resultsJsonSchema());
  });

  it("reads a file of before regions had their ends in it", () => {
    const text = JSON.stringify(everything, (key, value: unknown) => (key === "regionHeaps" ? undefined : value));
    const [variant] = parseResults(text, "results.json").cells[0]?.variants ?? [];
    expect(variant?.trialSets[0]?.trials[0]).toMatchObject({ regionHeaps: [], checkpoints: [{ liveBytes: 48 }] });
  });
});
