import { SourceMap, type SourceMapPayload } from "node:module";
import { basename, isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseMarkerName } from "../allocation/instrument/marker-name.ts";
import type { StackFrame } from "../model/report-results.ts";
import { isOwnFile } from "../store/own-code.ts";

/** Maps positions in a bundle to report.md and the modules beside it. */
export interface FrameMapper {
  /**
   * The author's position for a position in the bundle; undefined for generated code. Lines and columns count from 1.
   */
  map(line: number, column: number): { file: string; line: number; column: number } | undefined;
}

/**
 * Returns a function that parses the source map at its first call and returns the mapper. Most trials need no mapper.
 */
export function lazyFrameMapper(mapJson: string): () => FrameMapper {
  let mapper: FrameMapper | undefined;
  return () => {
    mapper ??= createFrameMapper(mapJson);
    return mapper;
  };
}

/** Makes a mapper. @param mapJson source map of the bundle */
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

/** `at f (file:1:2)`, `at async f (file:1:2)` or `at file:1:2`; `file` is a path or a URL, and may contain brackets. */
const FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/)?\/.*|node:.*|[^()]*):(\d+):(\d+)\)?$/;

/**
 * The path in a stack frame, decoded if it is a `file:` URL, as for ES modules. A cell can write any text as a stack,
 * so a text that is not a file URL of this machine stays unchanged.
 */
export function pathOf(location: string): string {
  if (!location.startsWith("file://")) return location;
  try {
    return fileURLToPath(location);
  } catch {
    return location;
  }
}

/**
 * Parses one line of a V8 stack. Undefined for other lines, and for frames of `eval`, which have no position of their
 * own.
 */
function readFrame(text: string): { functionName: string; path: string; line: number; column: number } | undefined {
  const match = text.includes("(eval at ") ? null : FRAME.exec(text);
  if (match === null) return undefined;
  const [, functionName = "", location = "", line = "0", column = "0"] = match;
  return { functionName, path: pathOf(location), line: Number(line), column: Number(column) };
}

/**
 * Parses a V8 stack. Frames of the author's code are mapped to the author's files; frames of Node, of Heapbook, of packages
 * and of generated code are only counted (`hiddenFrames`).
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
    // A marker is a function around an expression; the next frame is the function that contains the expression.
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

/** A position in a bundle, and the same position in the author's file. */
export interface Origin {
  readonly bundle: { readonly line: number; readonly column: number };
  readonly author: { readonly file: string; readonly line: number };
}

/** Finds where the author's code made a call: the innermost frame in report.md, else in a module beside it, else undefined. */
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

/** Escapes a text so that, as a regular expression, it matches only itself. */
export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Replaces positions in the bundle by the author's positions in printed text. The bundle's path differs in each run, so
 * no page may contain it. Generated code, and the bundle's path without a position, become `cell.mjs`. `mapper` is
 * called only if the text contains a position.
 *
 * @param onPlace called with each position in the bundle (`12:7`) and the author's position (`report.md:20:3`)
 */
export function mapText(
  text: string,
  bundlePath: string,
  mapper: () => FrameMapper,
  onPlace: (bundle: string, place: string) => void = () => {},
): string {
  if (!text.includes(basename(bundlePath))) return text;
  const names = [pathToFileURL(bundlePath).href, bundlePath].map(escapeRegExp).join("|");
  return text.replace(
    new RegExp(`(?:${names})(?::(\\d+)(?::(\\d+))?)?`, "g"),
    (_whole, line: string | undefined, column: string | undefined) => {
      if (line === undefined) return "cell.mjs";
      const place = [line, column ?? "1"].join(":");
      const mapped = mapper().map(Number(line), Number(column ?? "1"));
      if (mapped === undefined) return `cell.mjs:${line}${column === undefined ? "" : `:${column}`}`;
      onPlace(place, `${mapped.file}:${mapped.line}:${mapped.column}`);
      return `${mapped.file}:${mapped.line}${column === undefined ? "" : `:${mapped.column}`}`;
    },
  );
}
