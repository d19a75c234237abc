import { basename, dirname, relative, sep } from "node:path";
import { overrideParams } from "../document/front-matter.ts";
import { parseReport, type ReportFile } from "../document/parse.ts";
import { reportSlug } from "../document/report-slug.ts";
import type { Cell, Report } from "../document/types.ts";
import { decodeUtf8 } from "../document/utf8.ts";
import { UserError } from "../errors.ts";
import { expandRuntimes } from "../experiment/trial-plan.ts";
import { readRegularFile } from "../files.ts";
import type { FrozenResults } from "../model/frozen-results.ts";
import { listRuntimes, nameRuntimes } from "../runtimes/find-runtime.ts";
import { runtimesFolder } from "../store/store-folder.ts";
import type { RenderOptions } from "./options.ts";

/** Folders that reading a report needs. */
type ReportFolders = Pick<RenderOptions, "root" | "projectRoot" | "storeRoot">;

/**
 * Reads and parses a report, replaces its parameters by those of the command line, and replaces `runtime: installed` by the
 * runtimes of this machine.
 * @param path absolute path of report.md
 * @throws UserErrors every mistake that parsing finds
 */
export function readReport(path: string, folders: ReportFolders, params: Readonly<Record<string, string>>): Report {
  return expandInstalled(readUnexpanded(path, folders, params), folders.storeRoot ?? folders.root, undefined);
}

/** Like `readReport()`, but keeps `runtime: installed` as written. */
export function readUnexpanded(path: string, folders: ReportFolders, params: Readonly<Record<string, string>>): Report {
  const report = parseReport(readText(path, folders));
  const { frontMatter } = report;
  return { ...report, frontMatter: { ...frontMatter, params: overrideParams(frontMatter.params, params) } };
}

/** Reads the text of report.md. @throws UserError `unreadable-report`, `not-utf-8` */
export function readText(path: string, { root, projectRoot = root }: ReportFolders): ReportFile {
  const file = relative(root, path) || basename(path);
  const folder = dirname(path);
  const slug = reportSlug(relative(projectRoot, folder), basename(folder));
  const projectFile = relative(projectRoot, path).split(sep).join("/");
  return { projectFile, source: decodeUtf8(readSource(path, file), file), file, path, folder, slug };
}

function readSource(path: string, file: string): Buffer {
  try {
    return readRegularFile(path);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const isKind = reason === "NOT_A_FILE" || reason === "EISDIR";
    throw new UserError(
      isKind
        ? `${file} is a folder, a device or a pipe, not a file.`
        : `The report ${file} cannot be read (${reason}).`,
      {
        code: "unreadable-report",
        hint: reason === "EACCES" ? "Allow reading the file." : "Name a report.md that is a file.",
        cause,
      },
    );
  }
}

/**
 * Replaces `runtime: installed` of each cell by the runtimes of this machine. If frozen results are used first, by the
 * runtimes that they contain for the cell.
 */
export function expandInstalled(report: Report, root: string, frozen: FrozenResults | undefined): Report {
  const installed = (): readonly string[] => nameRuntimes(listRuntimes(runtimesFolder(root)));
  const frozenOf = (label: string): readonly string[] => {
    const own = frozen?.sets.filter((set) => set.cell === label) ?? [];
    return [
      ...new Set(own.flatMap(({ variant }) => (typeof variant["runtime"] === "string" ? [variant["runtime"]] : []))),
    ];
  };
  const expand = (cell: Cell): Cell => {
    if (!cell.options.runtimesAreInstalled) return cell;
    const known = frozenOf(cell.label);
    return expandRuntimes(cell, known.length > 0 ? known : installed());
  };
  return { ...report, cells: report.cells.map(expand) };
}
