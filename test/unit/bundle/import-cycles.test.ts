import { describe, expect, it } from "vitest";
import { formatPosition, UserError } from "../../../src/errors.ts";
import { bundleReport } from "../../../src/experiment/bundle-report.ts";
import { cell, makeReportFolder } from "../../helpers/report-folder.ts";

async function cycleOf(body: string): Promise<{ at: string; message: string; code: string }> {
  const { report } = makeReportFolder();
  const error = await bundleReport(report(body), {}).then(
    () => new Error("no cycle was found"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof UserError)) throw error;
  const { code, message, position } = error;
  return { code, message, at: position === undefined ? "" : formatPosition(position) };
}

const result = (label: string): string => `import r_${label} from "result:${label}";\nglobalThis.x = r_${label};`;
const code = (label: string): string => `import * as c_${label} from "cell:${label}";\nglobalThis.x = c_${label};`;

describe("a cycle", () => {
  it.each([
    ["of results", cell("a", result("b")) + cell("b", result("a")), "`a` → `b` → `a`", "result:a", 12],
    [
      "of three results",
      cell("a", result("b")) + cell("b", result("c")) + cell("c", result("a")),
      "`a` → `b` → `c` → `a`",
      "result:a",
      18,
    ],
    ["of one result", cell("a", result("a")), "`a` → `a`", "result:a", 6],
    ["of cells", cell("a", code("b")) + cell("b", code("a")), "`a` → `b` → `a`", "cell:a", 12],
    ["of one cell", cell("a", code("a")), "`a` → `a`", "cell:a", 6],
    [
      "of one cell beside an innocent one",
      cell("a", `${code("b")}\n${code("a")}`) + cell("b", "export const y = 1;"),
      "`a` → `a`",
      "cell:a",
      8,
    ],
    ["of a cell and a result", cell("a", code("b")) + cell("b", result("a")), "`a` → `b` → `a`", "result:a", 12],
    [
      "behind a cell outside it",
      cell("z", result("a")) + cell("a", code("b")) + cell("b", result("a")),
      "`a` → `b` → `a`",
      "result:a",
      18,
    ],
    [
      "through a cell that is not run",
      cell("a", code("n")) + cell("n", code("a"), "eval: false"),
      "`a` → `n` → `a`",
      "cell:a",
      13,
    ],
  ])("%s names both ends, at the import that closes it", async (_, body, chain, specifier, line) => {
    const found = await cycleOf(body);
    expect(found.code).toBe("import-cycle");
    expect(found.message).toContain(chain);
    expect(found.message).toContain(specifier);
    expect(found.at).toBe(`study/report.md:${line}`);
  });
});

describe("no cycle", () => {
  it("is a diamond, nor a cell that is both contained and read", async () => {
    const { report } = makeReportFolder();
    const body =
      cell("a", "export const x = 1;") +
      cell("b", result("a")) +
      cell("c", `${code("a")}\n${result("a")}`) +
      cell("d", `${result("b")}\n${result("c")}`);
    const bundles = await bundleReport(report(body), {});
    expect([...bundles.values()].map(({ label, resultImports }) => [label, resultImports])).toEqual([
      ["a", []],
      ["b", ["a"]],
      ["c", ["a"]],
      ["d", ["b", "c"]],
    ]);
  });
});

describe("several mistakes", () => {
  it("are reported together", async () => {
    const { report } = makeReportFolder();
    const made = bundleReport(report(cell("a", "const = 1;") + cell("b", 'import "./nope.ts";')), {});
    await expect(made).rejects.toMatchObject({ errors: [{ code: "bundle-error" }, { code: "unresolved-import" }] });
  });

  it("in a cell that others contain are reported once", async () => {
    const { report } = makeReportFolder();
    const made = bundleReport(
      report(cell("a", "const = 1;\nexport const b = 1;") + cell("b", code("a")) + cell("c", code("a"))),
      {},
    );
    await expect(made).rejects.toMatchObject({ errors: [{ code: "bundle-error" }] });
    const error: unknown = await made.catch((reason: unknown) => reason);
    expect((error as { errors: unknown[] }).errors).toHaveLength(1);
  });
});
