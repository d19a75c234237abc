import { SourceMap, type SourceMapPayload } from "node:module";
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { StackFrame } from "../results/schema.ts";

/** Turns lines of a bundle into lines of report.md and of the modules beside it. */
export interface FrameMapper {
  /** A frame of the bundle, or undefined for a place that no author wrote. */
  map(line: number, column: number): { file: string; line: number; column: number } | undefined;
}

export function createFrameMapper(mapJson: string): FrameMapper {
  const map = new SourceMap(JSON.parse(mapJson) as SourceMapPayload);
  return {
    map(line, column) {
      const entry = map.findEntry(line - 1, column - 1) as {
        originalSource?: string;
        originalLine?: number;
        originalColumn?: number;
      };
      if (entry.originalSource === undefined || entry.originalLine === undefined) return undefined;
      const file = entry.originalSource.replace(/^heapbook-cell:.*$/, "report.md");
      if (file.startsWith("heapbook-")) return undefined;
      return { file, line: entry.originalLine + 1, column: (entry.originalColumn ?? 0) + 1 };
    },
  };
}

/** `at f (place:1:2)`, `at async f (place:1:2)` or `at place:1:2`; a place is a path or a URL, and may hold brackets. */
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/)?\/.*|node:.*|[^()]*):(\d+):(\d+)\)?$/;

/** Heapbook's own files that appear in a cell's bundle or run beside it: as built, and as the tests take them. */
const OUR_FOLDERS = ["../harness/", "../../dist/harness/", "../results/", "../../dist/results/"].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);
/** Whether a file, by its absolute path, is one of these. */
export function isOurs(path: string): boolean {
  return OUR_FOLDERS.some((folder) => path.startsWith(folder));
}

/** The path that a frame names: V8 writes the file of an ES module as a URL, blanks and umlauts encoded. */
const pathOf = (location: string): string => (location.startsWith("file://") ? fileURLToPath(location) : location);

/**
 * Frames of a V8 stack. Those in the bundle are mapped to what the author wrote; those in Node, in Heapbook or unmapped
 * are counted and left out.
 */
export function readStack(
  stack: string,
  bundlePath: string,
  folder: string,
  mapper: FrameMapper,
): { frames: StackFrame[]; hiddenFrames: number } {
  const frames: StackFrame[] = [];
  let hiddenFrames = 0;
  for (const text of stack.split("\n")) {
    // Code made from a text has no place of its own, only that of the call that made it.
    const match = text.includes("(eval at ") ? null : FRAME.exec(text);
    if (match === null) {
      if (/^\s*at /.test(text)) hiddenFrames++;
      continue;
    }
    const [, functionName = "", location = "", line = "0", column = "0"] = match;
    const path = pathOf(location);
    if (path === bundlePath) {
      const mapped = mapper.map(Number(line), Number(column));
      if (mapped === undefined || isOurs(resolve(folder, mapped.file))) hiddenFrames++;
      else frames.push({ functionName, ...mapped });
    } else if (isAbsolute(path) && !path.includes("/node_modules/") && !isOurs(path)) {
      frames.push({ functionName, file: relative(folder, path), line: Number(line), column: Number(column) });
    } else hiddenFrames++;
  }
  return { frames, hiddenFrames };
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Text that a process printed, with places in the bundle replaced by the author's lines. The bundle's own path, which no
 * two runs share, is thus nowhere in a report. `mapper` is asked for only where there is such a place.
 */
export function mapText(text: string, bundlePath: string, mapper: () => FrameMapper): string {
  const names = [pathToFileURL(bundlePath).href, bundlePath].map(escapeRegExp).join("|");
  return text.replace(
    new RegExp(`(?:${names}):(\\d+)(?::(\\d+))?`, "g"),
    (whole, line: string, column: string | undefined) => {
      const mapped = mapper().map(Number(line), Number(column ?? "1"));
      if (mapped === undefined) return whole;
      return `${mapped.file}:${mapped.line}${column === undefined ? "" : `:${mapped.column}`}`;
    },
  );
}
