import { expect, it } from "vitest";
import { loadWithParser } from "../../../src/bundle/parser.ts";
import { parserFailure } from "../../../src/experiment/cell-bundles.ts";
import type { Failure, Output } from "../../../src/model/report-results.ts";
import { toVariantResults } from "../../../src/results/variant-result.ts";
import { makeTrial, makeTrialSet } from "../../helpers/results.ts";

it("a parser whose binary npm has left out is an error with what to do; other errors stay", async () => {
  const missing = new Error("Cannot find native binding. npm has a bug related to optional dependencies");
  await expect(loadWithParser(Promise.reject(missing))).rejects.toMatchObject({
    name: "UserError",
    code: "parser-not-installed",
    hint: expect.stringContaining("--omit=optional"),
    cause: missing,
  });
  const other = new TypeError("x is not a function");
  await expect(loadWithParser(Promise.reject(other))).rejects.toBe(other);
  expect(await loadWithParser(Promise.resolve(1))).toBe(1);
});

it("the failure of a cell without the parser has the code and what to do; other errors are none", async () => {
  const missing = await loadWithParser(Promise.reject(new Error("Cannot find native binding."))).catch(
    (error) => error,
  );
  expect(parserFailure(missing)).toMatchObject({ kind: "no-interpreter", code: "parser-not-installed" });
  expect(parserFailure(new Error("other"))).toBeUndefined();
});

const TEXT: Output = { type: "stream", name: "stdout", text: "1\n", cutBytes: 0 };

it("a search for a peak that cannot run without the parser fails the cell; one that took too long does not", () => {
  const missing = { kind: "no-interpreter", code: "parser-not-installed", message: "", hint: "" } as const;
  const late = { kind: "timeout", timeoutMs: 1000 } as const;
  const variantOf = (failure: Failure) =>
    toVariantResults([
      { variant: {}, probe: "output", trialSet: makeTrialSet("output", [makeTrial({ outputs: [TEXT] })]) },
      { variant: {}, probe: "bracket", trialSet: makeTrialSet("bracket", [makeTrial({ failure })]) },
    ])[0];
  expect(variantOf(missing)).toMatchObject({ failure: missing, outputs: [TEXT] });
  expect(variantOf(late)).toMatchObject({ failure: null, outputs: [TEXT] });
});
