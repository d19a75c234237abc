import { extname, resolve } from "node:path";
import type { FileOption } from "../../document/front-matter.ts";
import { type Position, UserError } from "../../errors.ts";
import { nearestPath, readRegularText } from "../../files.ts";
import { findUnreadCommands, withBackslashes } from "./tex-commands.ts";

/**
 * An entry of a bibliography, as CSL-JSON
 * (https://docs.citationstyles.org/en/stable/specification.html#appendix-iv-variables).
 */
export interface BibliographyEntry extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

export interface BibliographyReading {
  readonly entries: ReadonlyMap<string, BibliographyEntry>;
  readonly errors: readonly UserError[];
  /** Of entries with commands of TeX that nothing reads, by their keys: a warning, at the line of the command. */
  readonly unread: ReadonlyMap<string, UserError>;
}

/** Parses text in BibTeX or BibLaTeX to entries in CSL-JSON. */
export type ParseBibtex = (text: string) => readonly BibliographyEntry[];

/**
 * Reads the files of `bibliography:` (BibTeX, BibLaTeX or CSL-JSON).
 * Returns errors: `bibliography-not-found`; `broken-bibliography` at the line of the entry, whose key the message
 * names.
 */
export function readBibliography(
  files: readonly FileOption[],
  folder: string,
  parse: ParseBibtex,
): BibliographyReading {
  const entries = new Map<string, BibliographyEntry>();
  const errors: UserError[] = [];
  const unread = new Map<string, UserError>();
  for (const file of files) {
    const source = readText(file, folder, errors);
    if (source === undefined) continue;
    const read =
      extname(file.path).toLowerCase() === ".json" ? readJson(source, file.path) : readBibtex(source, file.path, parse);
    errors.push(...read.errors);
    for (const entry of read.entries) {
      if (entries.has(entry.id)) continue;
      entries.set(entry.id, withBackslashes(entry));
      const warning = read.unread.get(entry);
      if (warning !== undefined) unread.set(entry.id, warning);
    }
  }
  return { entries, errors, unread };
}

/**
 * Finds keys that the BibTeX files define more than once; the first definition counts. Returns warnings `duplicate-key`
 * at the later definitions.
 */
export function findDuplicateKeys(files: readonly FileOption[], folder: string): UserError[] {
  const first = new Map<string, string>();
  return files.flatMap((file) => {
    if (extname(file.path).toLowerCase() === ".json") return [];
    const entries = splitEntries(readText(file, folder, []) ?? "");
    return entries.flatMap(({ type, key, line }) => {
      if (key === "" || ["string", "comment", "preamble"].includes(type)) return [];
      const place = `${file.path}:${line}`;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, place);
      if (earlier === undefined) return [];
      const message = `The key \`${key}\` is used twice; the entry at ${earlier} counts.`;
      const position = { file: file.path, line };
      return [new UserError(message, { code: "duplicate-key", position, hint: "Rename one of the two." })];
    });
  });
}

function readText({ path, position }: FileOption, folder: string, errors: UserError[]): string | undefined {
  if (![".bib", ".bibtex", ".json"].includes(extname(path).toLowerCase())) {
    const hint = "Available: .bib (BibTeX, BibLaTeX), .json (CSL-JSON).";
    errors.push(
      new UserError(`Unknown type of bibliography: ${path}.`, { code: "broken-bibliography", position, hint }),
    );
    return undefined;
  }
  try {
    return readRegularText(resolve(folder, path))
      .replace(/^\uFEFF/, "")
      .replace(/\r\n?/g, "\n");
  } catch (cause) {
    const near = nearestPath(path, folder);
    const base = `Paths are relative to the report's folder: ${resolve(folder, path)}`;
    const hint = near === undefined ? base : `Did you mean \`${near}\`? ${base}`;
    errors.push(
      new UserError(`Cannot read the bibliography ${path}.`, { code: "bibliography-not-found", position, hint, cause }),
    );
    return undefined;
  }
}

interface FileReading {
  readonly entries: readonly BibliographyEntry[];
  readonly errors: readonly UserError[];
  readonly unread: ReadonlyMap<BibliographyEntry, UserError>;
}

const HINT = "Each field is `name = {value},`, and the braces of an entry and its fields are closed.";

/** Parses BibTeX entry by entry, so that an error names line and key, and the other entries are still read. */
function readBibtex(source: string, file: string, parse: ParseBibtex): FileReading {
  const entries: BibliographyEntry[] = [];
  const errors: UserError[] = [];
  const unread = new Map<BibliographyEntry, UserError>();
  const parts = splitEntries(source);
  const strings = parts.filter(({ type }) => type === "string").map(({ text }) => text);
  for (const { type, key, text, line } of parts) {
    if (type === "string" || type === "comment" || type === "preamble") continue;
    try {
      for (const entry of parse([...strings, text].join("\n"))) {
        entries.push(entry);
        const warning = findUnread(entry, text, { file, line });
        if (warning !== undefined) unread.set(entry, warning);
      }
    } catch (cause) {
      const named = key === "" ? "without a key" : `\`${key}\``;
      const { offset, message } = describeSyntaxError(
        cause,
        strings.join("\n").split("\n").length - (strings.length === 0 ? 1 : 0),
      );
      const position = { file, line: line + Math.max(0, offset) };
      errors.push(
        new UserError(`The entry ${named} of the bibliography cannot be read: ${message}.`, {
          code: "broken-bibliography",
          position,
          hint: HINT,
          cause,
        }),
      );
    }
  }
  return { entries, errors, unread };
}

/** The warning of the first command of TeX in an entry that nothing reads. @param position of the first line of its text */
function findUnread(entry: BibliographyEntry, text: string, { file, line }: Position): UserError | undefined {
  const left = findUnreadCommands(entry);
  if (left.length === 0) return undefined;
  // The parser removes braces, so `\foo{x}` is left as `\foox`.
  const written = [...text.matchAll(/\\(?:[A-Za-z]+|[^A-Za-z\s])/g)];
  const found = written.find(([command]) => left.some((each) => each.startsWith(command)));
  const lines = text.slice(0, found?.index ?? 0).split("\n").length - 1;
  const what = found === undefined ? "An accent" : `The command \`${found[0]}\``;
  return new UserError(
    `${what} of TeX in the entry \`${entry.id}\` of the bibliography is not read, and the page shows it as text.`,
    {
      code: "stray-markup",
      position: { file, line: line + lines },
      hint: "Write the character itself, as in ü or →, or remove the command.",
    },
  );
}

/** Splits BibTeX at lines that begin with `@type{`; each part reaches up to the next such line. */
function splitEntries(
  source: string,
): { readonly type: string; readonly key: string; readonly text: string; readonly line: number }[] {
  const starts = [...source.matchAll(/^[ \t]*@[ \t]*([A-Za-z]+)[ \t]*[{(][ \t]*([^,\s{}="]*)/gm)];
  return starts.map((match, index) => ({
    type: (match[1] ?? "").toLowerCase(),
    key: match[2] ?? "",
    text: source.slice(match.index, starts[index + 1]?.index),
    line: source.slice(0, match.index).split("\n").length,
  }));
}

/** Words for the names that the parser gives to tokens, for error messages. */
const EXPECTED: Readonly<Record<string, string>> = {
  text: "a closing brace",
  rbrace: "a comma or a closing brace",
  comma: "a comma after the key",
  label: "a key",
  equals: "`=` after the name of a field",
};

function describeSyntaxError(
  error: unknown,
  linesBefore: number,
): { readonly offset: number; readonly message: string } {
  const { message } = error as Error;
  const match = /^expected "(\w+)"(?:.*), got "?(\w+)"? at line (\d+)/.exec(message);
  const [, expected = "", got, line = "1"] = match ?? [];
  const first = message.split("\n", 1)[0] ?? "";
  return {
    // If the end of an entry is missing, the mistake may be anywhere in it, so its first line is reported.
    offset: match === null || got === "EOF" ? 0 : Number(line) - 1 - linesBefore,
    message: match === null ? first.replace(/[.:]$/, "") : `${EXPECTED[expected] ?? expected} is missing`,
  };
}

function readJson(source: string, file: string): FileReading {
  const position = { file, line: 1 };
  const fail = (message: string): FileReading => ({
    entries: [],
    unread: new Map(),
    errors: [
      new UserError(message, {
        code: "broken-bibliography",
        position,
        hint: "CSL-JSON is a list of entries with `id` and `type`.",
      }),
    ],
  });
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return fail(`The bibliography ${file} is not JSON: ${(error as Error).message}.`);
  }
  if (!Array.isArray(value)) return fail(`The bibliography ${file} is not a list of entries.`);
  const entries = value.filter(
    (entry): entry is BibliographyEntry => typeof entry?.id === "string" || typeof entry?.id === "number",
  );
  if (entries.length < value.length) return fail(`An entry of the bibliography ${file} has no \`id\`.`);
  return { entries: entries.map((entry) => ({ ...entry, id: String(entry.id) })), errors: [], unread: new Map() };
}
