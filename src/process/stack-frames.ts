import { SourceMap, type SourceMapPayload } from "node:module";
import { isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseMarkerName } from "../allocation/instrument/marker-name.ts";
import type { StackFrame } from "../model/report-results.ts";
import { isOwnFile } from "../store/own-code.ts";

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

/** The path that a frame names: V8 writes the file of an ES module as a URL, blanks and umlauts encoded. */
const pathOf = (location: string): string => (location.startsWith("file://") ? fileURLToPath(location) : location);

/** A line of a stack as V8 wrote it; undefined for code made from a text, which has no place but that of its caller. */
function readFrame(text: string): { functionName: string; path: string; line: number; column: number } | undefined {
  const match = text.includes("(eval at ") ? null : FRAME.exec(text);
  if (match === null) return undefined;
  const [, functionName = "", location = "", line = "0", column = "0"] = match;
  return { functionName, path: pathOf(location), line: Number(line), column: Number(column) };
}

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
    const frame = readFrame(text);
    if (frame === undefined) {
      if (/^\s*at /.test(text)) hiddenFrames++;
      continue;
    }
    const { functionName, path, line, column } = frame;
    // A line marker stands for the function that called it, which is the next frame.
    if (parseMarkerName(functionName) !== undefined) continue;
    if (path === bundlePath) {
      const mapped = mapper.map(line, column);
      if (mapped === undefined || isOwnFile(resolve(folder, mapped.file))) hiddenFrames++;
      else frames.push({ functionName, ...mapped });
    } else if (isAbsolute(path) && !path.includes("/node_modules/") && !isOwnFile(path)) {
      frames.push({ functionName, file: relative(folder, path), line, column });
    } else hiddenFrames++;
  }
  return { frames, hiddenFrames };
}

/** A place in a bundle, and what the author wrote there. */
export interface Origin {
  readonly bundle: { readonly line: number; readonly column: number };
  readonly author: { readonly file: string; readonly line: number };
}

/** Where the author's code made a call: the innermost frame in report.md, else that in a module beside it; undefined without. */
export function findOrigin(stack: string, bundlePath: string, folder: string, mapper: FrameMapper): Origin | undefined {
  const origins = stack.split("\n").flatMap((text): Origin[] => {
    const frame = readFrame(text);
    if (frame === undefined || frame.path !== bundlePath) return [];
    const bundle = { line: frame.line, column: frame.column };
    const mapped = mapper.map(bundle.line, bundle.column);
    if (mapped === undefined || isOwnFile(resolve(folder, mapped.file))) return [];
    return [{ bundle, author: { file: mapped.file, line: mapped.line } }];
  });
  return origins.find(({ author }) => author.file === "report.md") ?? origins[0];
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
