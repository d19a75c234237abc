import { describe, expect, it } from "vitest";
import { type CheckReport, toFinding } from "../../../src/commands/check-findings.ts";
import { githubAnnotations, junitXml, stepSummary } from "../../../src/commands/check-reporters.ts";
import { UserError } from "../../../src/errors.ts";
import type { Verdict } from "../../../src/model/claims.ts";
import type { LocatedClaim } from "../../../src/pipeline/located-claims.ts";

function claimThat(verdict: Verdict, sentence: string, line: number): LocatedClaim {
  const estimate = { label: "", value: 2, low: 2, high: 2, confidence: 1, unit: "" };
  const claim = {
    sentence,
    estimate,
    test: { kind: "above", bound: 1 },
    verdict,
    recorded: null,
    pValue: null,
    place: null,
  } as const;
  return {
    claim,
    number: 1,
    label: "walks",
    variants: [],
    correction: null,
    original: claim,
    position: { file: "reports/demo/report.md", line },
  } as unknown as LocatedClaim;
}

const broken = new UserError("Cell `a` failed: 50 % | <b>", {
  code: "failed-cell",
  position: { file: "reports/a, b/report.md", line: 9 },
  hint: "Correct it.\nThen render.",
});
const FOUND: CheckReport = {
  claims: [
    claimThat("holds", "Dropping helps", 31),
    claimThat("fails", 'It is "small" & <quick>', 32),
    claimThat("undecided", "It | is | so", 33),
  ],
  findings: [
    toFinding(broken),
    toFinding("\u001b[1mreports/demo/report.md:4:7\u001b[22m: an image is missing [image]\n  Add it."),
  ],
  strict: false,
};

describe("reporters of heapbook check", () => {
  it("annotate files of GitHub's repository, each in one line", () => {
    expect(githubAnnotations(FOUND, "/work/repository/docs", "/work/repository")).toEqual([
      "::error file=docs/reports/a%2C b/report.md,line=9,title=heapbook%3A failed-cell::Cell `a` failed: 50 %25 | <b>%0ACorrect it.%0AThen render.",
      "::warning file=docs/reports/demo/report.md,line=4,title=heapbook%3A image::an image is missing%0AAdd it.",
      '::error file=docs/reports/demo/report.md,line=32,title=heapbook%3A claim::does not hold: It is "small" & <quick> (2 ≤ 1; exact)',
      "::warning file=docs/reports/demo/report.md,line=33,title=heapbook%3A claim::undecided: It | is | so (2, claimed above 1; exact; the interval does not decide)",
    ]);
    expect(githubAnnotations(FOUND, "/work/docs", undefined)[1]).toContain("file=reports/demo/report.md,");
  });

  it("summarise claims and errors as Markdown that text cannot break", () => {
    const summary = stepSummary(FOUND);
    expect(summary).toContain("3 claims: 1 holds, 1 does not hold, 1 is undecided.");
    expect(summary).toContain(
      '| ❌ does not hold | It is "small" &amp; &lt;quick> | 2 ≤ 1; exact | reports/demo/report.md:32 |',
    );
    expect(summary).toContain(
      "| ❔ undecided | It \\| is \\| so | 2, claimed above 1; exact; the interval does not decide | reports/demo/report.md:33 |",
    );
    expect(summary).toContain("- **error:** reports/a, b/report.md:9: Cell \\`a\\` failed: 50 % \\| &lt;b>");
    expect(stepSummary({ claims: [], findings: [], strict: false })).toContain("No claim was tested.");
  });

  it.each(["osc \u001b]52;c;aGk=\u0007 end", "nul \0 end", "bidi \u202e end", "csi \u001b[2J end", "lone \ud800 end"])(
    "print nothing that a log or a viewer executes: %j",
    (text) => {
      const found = {
        claims: [claimThat("fails", text, 3)],
        findings: [
          toFinding(new UserError(text, { code: "failed-cell", position: { file: text, line: 1 }, hint: text })),
        ],
        strict: false,
      };
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
      const executed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
      expect(githubAnnotations(found, "/w", "/w").join("")).not.toMatch(executed);
      expect(stepSummary(found)).not.toMatch(executed);
      expect(junitXml(found)).not.toMatch(executed);
      expect(githubAnnotations(found, "/w", "/w").join("")).toContain(" end");
    },
  );

  it("are test suites of JUnit: claims and errors, an undecided claim skipped, or a failure under --strict", () => {
    const xml = junitXml(FOUND);
    expect(xml).toContain('<testsuite name="reports/demo/report.md" tests="3" failures="1" errors="0" skipped="1">');
    expect(xml).toContain(
      'name="It is &quot;small&quot; &amp; &lt;quick&gt;" file="reports/demo/report.md" line="32"><failure ',
    );
    expect(xml).toContain(
      '<error type="failed-cell" message="Cell `a` failed: 50 % | &lt;b&gt;">Correct it. Then render.</error>',
    );
    expect(xml).not.toContain("an image is missing");
    expect(junitXml({ ...FOUND, strict: true })).toContain('tests="3" failures="2" errors="0" skipped="0"');
    expect(junitXml({ claims: [claimThat("holds", "\u0000\ud800", 1)], findings: [], strict: false })).toContain(
      'name="\ufffd\ufffd"',
    );
  });

  it("know the place of a warning, or that it has none", () => {
    expect(toFinding("Drawings cannot be cached")).toMatchObject({
      level: "warning",
      file: undefined,
      line: undefined,
    });
  });
});
