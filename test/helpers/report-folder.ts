import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { parseReport } from "../../src/document/parse.ts";
import type { Report } from "../../src/document/types.ts";

/** Front matter of every report made here; the body begins in line 4. */
const HEAD = "---\ntitle: Test\n---\n";

/** A folder with one report, gone when the test ends. */
export interface ReportFolder {
  /** Where `.heapbook` goes. */
  readonly root: string;
  /** The folder of report.md. */
  readonly folder: string;
  readonly path: string;
  /** Writes a file beside the report; folders on its way are made. */
  write(name: string, text: string): void;
  /** Writes report.md, front matter added where there is none, and reads it. */
  report(body: string): Report;
}

/** @param name of the folder below the temporary root, so that a test can try an awkward path */
export function makeReportFolder(name = "study"): ReportFolder {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "heapbook-test-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, name);
  const path = join(folder, "report.md");
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  return {
    root,
    folder,
    path,
    write,
    report(body) {
      const source = body.startsWith("---\n") ? body : HEAD + body;
      write("report.md", source);
      return parseReport({ source, file: `${name}/report.md`, path, folder, slug: "study" });
    },
  };
}

/** A cell as it stands in a report. */
export function cell(label: string, code: string, ...options: string[]): string {
  const lines = [`label: ${label}`, ...options].map((line) => `//| ${line}\n`).join("");
  return `\`\`\`{ts}\n${lines}${code}\n\`\`\`\n\n`;
}
