import { SourceMap, type SourceMapPayload } from "node:module";
import { relative } from "node:path";
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

const FRAME = /^\s*at (?:(?:async )?(.*?) \()?(?:async )?((?:file:\/\/)?[^()]*?):(\d+):(\d+)\)?$/;

/** Files of Heapbook's own that appear in a cell's bundle, as esbuild names them in the map. */
const isOurs = (file: string): boolean => /(^|\/)(dist|src)\/harness\//.test(file);

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
    const match = FRAME.exec(text);
    if (match === null) {
      if (/^\s*at /.test(text)) hiddenFrames++;
      continue;
    }
    const [, name = "", location = "", line = "0", column = "0"] = match;
    const path = location.replace(/^file:\/\//, "");
    if (path === bundlePath) {
      const mapped = mapper.map(Number(line), Number(column));
      if (mapped === undefined || isOurs(mapped.file)) hiddenFrames++;
      else frames.push({ functionName: name, ...mapped });
    } else if (path.startsWith("/") && !path.includes("/node_modules/") && !isOurs(path)) {
      frames.push({ functionName: name, file: relative(folder, path), line: Number(line), column: Number(column) });
    } else hiddenFrames++;
  }
  return { frames, hiddenFrames };
}

/** Text that a process printed, with places in the bundle replaced by the author's lines. */
export function mapText(text: string, bundlePath: string, mapper: FrameMapper): string {
  if (!text.includes(bundlePath)) return text;
  return text.replace(
    /(?:file:\/\/)?([^\s()]+):(\d+)(?::(\d+))?/g,
    (whole, path: string, line: string, column: string | undefined) => {
      if (path !== bundlePath) return whole;
      const mapped = mapper.map(Number(line), Number(column ?? "1"));
      return mapped === undefined
        ? whole
        : `${mapped.file}:${mapped.line}${column === undefined ? "" : `:${mapped.column}`}`;
    },
  );
}
