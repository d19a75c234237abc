import { describe, expect, it } from "vitest";
import { findDroppedImports } from "../../../src/bundle/dropped-imports.ts";
import { makeReportFolder } from "../../helpers/report-folder.ts";

describe("imports of files that do not exist", () => {
  const found = async (code: string): Promise<string[]> => {
    const { report, write } = makeReportFolder();
    const names = ["a.ts", "types.d.ts", "data.json", "text.csv", "lib/index.ts", "lib/own/package.json"];
    for (const name of names) write(name, "");
    const made = report(`\`\`\`{ts}\n//| label: x\n${code}\n\`\`\`\n`);
    const [cell] = made.cells;
    if (cell === undefined) throw new Error("no cell");
    return (await findDroppedImports(made, cell)).map(({ specifier }) => specifier);
  };

  it.each([
    "./a",
    "./a.ts",
    "./a.js",
    "./types",
    "./types.js",
    "./data.json",
    "./text.csv",
    "./lib",
    "./lib/",
    "./lib/own",
  ])("are none: %s", async (specifier) => expect(await found(`import type { A } from "${specifier}";`)).toEqual([]));

  it.each(["./b", "./a.json", "../a.ts", "./lib/a", "./types.ts.ts"])("are found: %s", async (specifier) =>
    expect(await found(`import { a as b } from "${specifier}";\nconst n: number = 1;`)).toEqual([specifier]),
  );

  it("are not those of packages, cells, calls and texts", async () => {
    const code = `import "left-pad"; import "cell:y"; await import("./b"); const t = 'import "./b"'; // import "./b"`;
    expect(await found(code)).toEqual([]);
  });
});
