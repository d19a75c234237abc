import type { Notebook } from "../../model/notebook.ts";

/** Largest length of a cell's id, in characters (nbformat 4.5). */
const LONGEST_ID = 64;

/** Splits a text into lines with their line ends, as Jupyter stores texts; an empty list for an empty text. */
export function multiline(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/**
 * Serializes a notebook as Jupyter does: sorted keys, indentation of one blank, a final line end. Saving it in Jupyter
 * then changes nothing.
 */
export function serializeNotebook(notebook: Notebook): string {
  return `${JSON.stringify(sortKeys(notebook), undefined, 1)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  // An object keeps the sorted order of its keys, except that integer-like names come first. This is harmless: JSON
  // objects have no order.
  return Object.fromEntries(entries.map(([key, each]) => [key, sortKeys(each)]));
}

/**
 * Makes a cell id from each label: the label itself if nbformat allows it, otherwise its allowed characters and a
 * number.
 */
export function createIds(labels: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(labels);
  const ids = new Map<string, string>();
  for (const label of labels) {
    if (isId(label)) {
      ids.set(label, label);
      continue;
    }
    const stem = label
      .normalize("NFD")
      .replace(/[^\w-]/g, "")
      .slice(0, LONGEST_ID - 6);
    for (let number = 1; ; number += 1) {
      const id = `${stem}-${number}`;
      if (taken.has(id)) continue;
      taken.add(id);
      ids.set(label, id);
      break;
    }
  }
  return ids;
}

function isId(text: string): boolean {
  return text.length <= LONGEST_ID && /^[A-Za-z0-9_-]+$/.test(text);
}
