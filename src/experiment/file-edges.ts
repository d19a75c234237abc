import { resolve } from "node:path";
import type { Report } from "../document/types.ts";
import { observe } from "../store/observations.ts";
import { dependsOn, type PartialSet } from "./partial-sets.ts";
import { isReadOfPath, touches } from "./written-files.ts";

// Cells that are joined by a file: nothing in the report says so. The one that reads waits for the one that writes, as in a report that is
// read from its beginning to its end, so that it runs once.

/** For each label of a cell whose files another cell reads: the names of these files that no third cell writes. */
export type FilesOfOthers = Readonly<Record<string, readonly string[]>>;

/** What each cell read of the files that other cells wrote, by its label. @param folder of the report */
export function readFilesOfOthers(
  sets: ReadonlyMap<string, readonly PartialSet[]>,
  folder: string,
): ReadonlyMap<string, FilesOfOthers> {
  const observed = [...sets].map(([label, own]) => ({ label, all: own.flatMap(dependsOn) }));
  const written = observed.flatMap(({ label, all }) =>
    all.filter(({ kind }) => kind === "written").map((one) => ({ label, ...one })),
  );
  if (written.length === 0) return new Map();
  const writers = new Map<string, Set<string>>();
  for (const { label, name } of written) writers.set(name, (writers.get(name) ?? new Set()).add(label));
  return new Map(
    observed.map(({ label, all }) => {
      const reads = all.filter(isReadOfPath);
      const found = new Map<string, Set<string>>();
      for (const { label: writer, name, value } of written) {
        if (writer === label) continue;
        const path = resolve(folder, name);
        if (!reads.some((read) => touches(read, path, value === "folder", folder))) continue;
        const names = found.get(writer) ?? new Set();
        if (writers.get(name)?.size === 1) names.add(name);
        found.set(writer, names);
      }
      return [label, Object.fromEntries([...found].map(([writer, names]) => [writer, [...names].sort()]))];
    }),
  );
}

/** A call that may write a file, by its name. */
const WRITES = /\b(?:\w*(?:write|save|append|dump|copy|rename|move|connect)\w*|mk\w+|cp\w*|to_\w+|open)\s*\(/i;
/** A text between quotes on one line. */
const TEXTS = /(["'`])((?:(?!\1)[^\\\n]){1,200})\1/g;
const IMPORTS = /^\s*(?:import|export)\b.*["'];?\s*$|^\s*(?:import|from)\s/;

/** Texts in quotes on the lines of code that match; imports name modules. */
function textsOf(source: string, matching: RegExp): Set<string> {
  const lines = source.split("\n").filter((line) => !IMPORTS.test(line) && matching.test(line));
  return new Set(lines.flatMap((line) => [...line.matchAll(TEXTS)].map(([, , text = ""]) => text)));
}

/** Encodings and flags, which stand beside the names of files. */
const NO_NAMES = /^(?:utf-?8|latin1|base64|hex|ascii|[rwax]b?\+?|\s*)$/;

/**
 * The cells for which each cell waits because of files, by label: those whose files it read in the last run; of a cell that has not run,
 * those before it that name a file, where they write, which it names too. No cell waits for itself, however many others are between.
 *
 * @param known what each cell read in the last run; without an entry the cell has not run
 * @param sourcesOf labels of the cells whose results a cell needs
 */
export function findFileSources(
  { cells }: Pick<Report, "cells">,
  known: ReadonlyMap<string, FilesOfOthers>,
  sourcesOf: (label: string) => readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const code = cells.filter(({ language, options }) => language !== "vega-lite" && options.eval);
  const waits = new Map<string, string[]>();
  const needs = (label: string, other: string, seen = new Set<string>()): boolean => {
    if (label === other) return true;
    if (seen.has(label)) return false;
    seen.add(label);
    return [...sourcesOf(label), ...(waits.get(label) ?? [])].some((each) => needs(each, other, seen));
  };
  const written = code.map(({ source }) => textsOf(source, WRITES));
  for (const [at, { label, source, options }] of code.entries()) {
    const own = known.get(label);
    const named = own === undefined ? new Set([...textsOf(source, /./), ...options.inputs]) : new Set<string>();
    const found = code.filter((other, index) =>
      own === undefined
        ? index < at && [...(written[index] ?? [])].some((text) => named.has(text) && !NO_NAMES.test(text))
        : Object.hasOwn(own, other.label),
    );
    for (const { label: source } of found)
      if (!needs(source, label)) waits.set(label, [...(waits.get(label) ?? []), source]);
  }
  return waits;
}

/**
 * Why a cell with stored results runs again before the cells that read its files: files that are missing or changed, in words.
 *
 * @param names of its files that others read
 */
export function findOwnUnwritten(
  sets: readonly PartialSet[],
  names: ReadonlySet<string>,
  folder: string,
): readonly string[] {
  const written = sets
    .filter(({ isFrozen }) => !isFrozen)
    .flatMap(({ observed }) => observed.filter(({ kind, name }) => kind === "written" && names.has(name)));
  const left = new Map<string, Set<string | null>>();
  for (const { name, value } of written) left.set(name, (left.get(name) ?? new Set()).add(value));
  return [...left].flatMap(([name, values]) => {
    const now = observe("written", name, folder).value;
    if (values.has(now) || values.has(null) || values.has("other")) return [];
    return [`${name}, which it wrote, ${now === null ? "is missing" : "changed"}`];
  });
}
