import { describe, expect, test } from "vitest";
import { inLanguage } from "../../../../src/language.ts";
import type { Failure } from "../../../../src/model/report-results.ts";
import { describeFailure } from "../../../../src/render/text/failure.ts";
import { EXCEPTION, HEAP_LIMIT, parseFixture } from "../../../helpers/page.ts";

const report = parseFixture("text");
const describeIt = (failure: Failure, counts = {}) =>
  describeFailure(failure, { trials: 1, failedTrials: 1, variants: 1, failedVariants: 1, ...counts }, report);

const KINDS: readonly (readonly [Failure, string])[] = [
  [EXCEPTION, "RangeError: Invalid array length"],
  [{ kind: "exit-code", exitCode: 3 }, "Exited with code 3"],
  [{ kind: "exit-code", exitCode: 3, finished: true }, "Finished with code 3"],
  [{ kind: "signal", signal: "SIGKILL" }, "Ended by the signal SIGKILL"],
  [{ kind: "timeout", timeoutMs: 60_000 }, "Stopped after 1\u00a0min"],
  [HEAP_LIMIT, "Heap limit reached"],
  [{ kind: "no-output" }, "Exited before the cell finished"],
  [{ kind: "bad-message", text: "hello" }, "Wrote to file descriptor 3"],
  [{ kind: "unsettled-await" }, "Awaited a promise that never settles"],
  [{ kind: "spawn", message: "ENOENT" }, "The process could not be started"],
  [
    { kind: "no-interpreter", code: "python-not-found", message: "there is no Python", hint: "Install it." },
    "Not run: there is no Python",
  ],
  [
    { kind: "drawing-limit", resource: "cpu", limit: 60_000 },
    "The chart was not drawn: its drawing used more than 1\u00a0min of user CPU time",
  ],
];

describe("describeFailure", () => {
  test.each(KINDS)("$kind has its own title", (failure, title) => {
    expect(describeIt(failure).title).toBe(title);
  });

  test("gives each kind a different title", () => {
    expect(new Set(KINDS.map(([failure]) => describeIt(failure).title)).size).toBe(KINDS.length);
  });

  test.each(["de", "fr", "es", "it", "pt", "nl", "pl", "zh", "ja"])("says why no Python ran in %s", (lang) => {
    const failure = KINDS.find(([{ kind }]) => kind === "no-interpreter")?.[0] as Failure;
    const { title, hint, lines } = inLanguage(lang, () => describeIt(failure));
    expect(`${title} ${hint}`).not.toMatch(/there is no|Install it/);
    expect(JSON.stringify(lines)).toContain("there is no Python");
  });

  test("names the interpreter that ran the cell", () => {
    const one = { trials: 1, failedTrials: 1, variants: 1, failedVariants: 1 };
    const kinds: readonly Failure[] = [
      { kind: "exit-code", exitCode: 3 },
      { kind: "signal", signal: "SIGSEGV" },
      { kind: "no-output" },
      { kind: "exception", name: "E", message: "m", uncaught: false, frames: [], hiddenFrames: 2 },
    ];
    for (const failure of kinds) {
      const words = (language: string): string => JSON.stringify(describeFailure(failure, one, report, language));
      expect(words("python")).toMatch(/Python|os\._exit/);
      expect(words("python")).not.toMatch(/Node|process\.exit/);
      expect(words("ts")).not.toMatch(/Python|os\._exit/);
    }
  });

  test("counts the failed variants and trials", () => {
    const { asides } = describeIt(
      { kind: "no-output" },
      { trials: 10, failedTrials: 4, variants: 3, failedVariants: 2 },
    );
    expect(asides).toEqual(["in 2 of 3 variants", "in 4 of 10 trials"]);
  });

  test("counts no trials where none failed: what is missing kept others from being run", () => {
    const { asides } = describeIt(
      { kind: "no-interpreter", code: "parser-not-installed", message: "m", hint: "h" },
      { trials: 10, failedTrials: 0, variants: 2, failedVariants: 2 },
    );
    expect(asides.join()).not.toContain("of 10 trials");
  });

  test("shows the first line of a message as title and the others below", () => {
    const { title, lines } = describeIt({
      ...EXCEPTION,
      message: "one\n\u001b[31mtwo\u001b[0m",
      frames: [],
      hiddenFrames: 0,
    });
    expect(title).toBe("RangeError: one");
    expect(lines).toEqual([[{ text: "two", style: "plain" }]]);
  });

  test("reads the gauge from V8's last collection, and omits the bar without a heap limit", () => {
    expect(describeIt(HEAP_LIMIT).gauge).toMatchObject({ percent: 99.7 });
    const silent = describeIt({ kind: "heap-limit", heapSizeLimitBytes: null, lastCollections: [] });
    expect(silent.gauge).toEqual({ percent: undefined, text: "V8 did not report the size of the limit." });
  });
});
