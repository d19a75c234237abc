import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CitationItem } from "../../document/citation-rules.ts";
import { findMistypedReferences } from "../../document/mistyped-markup.ts";
import type { Citation, Report } from "../../document/types.ts";
import { didYouMean, nearest, UserError } from "../../errors.ts";
import { readRegularText } from "../../files.ts";
import type { TextCache } from "../../model/text-cache.ts";
import { type BibliographyEntry, findDuplicateKeys, readBibliography } from "./bibliography.ts";
import { loadCiteproc } from "./citeproc.ts";

/** An entry of the list of references. */
export interface ReferenceEntry {
  readonly id: string;
  /** HTML with only simple tags and links. */
  readonly html: string;
  /** Number in the list, `1.` or `[1]`; undefined in styles without numbers. */
  readonly number: string | undefined;
}

/** The formatted citations and references of a report. */
export interface CitationTexts {
  /** HTML of each citation; keys are the citations as the report writes them (`Citation.raw`). */
  readonly texts: ReadonlyMap<string, string>;
  /** The cited sources, in the order of the style. */
  readonly references: readonly ReferenceEntry[];
}

export interface CitationsReading {
  /** Undefined for a report that cites nothing, and if there are errors. */
  readonly citations: CitationTexts | undefined;
  readonly errors: readonly UserError[];
  /** `stray-markup`: commands of TeX in sources that are cited. */
  readonly warnings: readonly UserError[];
}

/**
 * Reads the bibliography of a report and formats its citations. Loads the formatter only for citations that the cache
 * lacks. Uses no network.
 * Returns errors: those of `readBibliography`; `unknown-citation`; for the style `bibliography-not-found`,
 * `broken-bibliography`.
 */
export async function readCitations(report: Report, cache: TextCache): Promise<CitationsReading> {
  const { frontMatter } = report;
  if (frontMatter.bibliography.length === 0)
    return { citations: undefined, errors: await findUnknownStyle(report), warnings: [] };
  const key = cacheKey(report);
  const cached = key === undefined ? undefined : cache.get(key);
  if (cached !== undefined) return { citations: parseTexts(cached), errors: [], warnings: [] };
  const reading = await formatCitations(report);
  // Texts with a warning are made again by each render, which finds the warning again.
  if (key !== undefined && reading.citations !== undefined && reading.warnings.length === 0)
    cache.set(key, stringifyTexts(reading.citations));
  return reading;
}

/** The error for an unknown style, in a report without citations. */
async function findUnknownStyle(report: Report): Promise<readonly UserError[]> {
  if (report.frontMatter.csl === undefined) return [];
  return readStyle(report, (await loadCiteproc()).styles).errors;
}

/** Finds warnings about a report's bibliography, at the lines of its files. */
export function findBibliographyWarnings(report: Report): UserError[] {
  const { bibliography } = report.frontMatter;
  return findDuplicateKeys(bibliography, report.folder).map((warning) => besideReport(warning, report));
}

/** Version in the cache key. Raise it when the texts of the same citations change. */
const VERSION = "6";

/**
 * Hash of everything that the texts depend on: citations, language, contents of the bibliography, and style. Undefined
 * if a file cannot be read.
 */
function cacheKey({ citations, frontMatter, folder }: Report): string | undefined {
  const { bibliography, csl, lang } = frontMatter;
  try {
    const contents = bibliography.map(({ path }) => readRegularText(resolve(folder, path)));
    const isFile = csl !== undefined && existsSync(resolve(folder, csl.path));
    const style = isFile ? readRegularText(resolve(folder, csl.path)) : csl?.path;
    const cited = citations.map(({ raw, items, narrative }) => [raw, items, narrative]);
    const all = JSON.stringify([VERSION, cited, lang, bibliography.map(({ path }) => path), contents, style]);
    return `citations-${createHash("sha256").update(all).digest("hex")}`;
  } catch {
    return undefined;
  }
}

function stringifyTexts({ texts, references }: CitationTexts): string {
  return JSON.stringify({
    texts: [...texts],
    references: references.map((each) => ({ ...each, number: each.number ?? null })),
  });
}

function parseTexts(text: string): CitationTexts {
  const { texts, references } = JSON.parse(text) as {
    readonly texts: readonly (readonly [string, string])[];
    readonly references: readonly { readonly id: string; readonly html: string; readonly number: string | null }[];
  };
  return {
    texts: new Map(texts),
    references: references.map((each) => ({ ...each, number: each.number ?? undefined })),
  };
}

async function formatCitations(report: Report): Promise<CitationsReading> {
  const { frontMatter, folder, citations } = report;
  const citeproc = await loadCiteproc();
  const reading = readBibliography(frontMatter.bibliography, folder, citeproc.parseBibtex);
  const { entries, errors: broken } = reading;
  const beside = (error: UserError): UserError => besideReport(error, report);
  const cited = new Set(citations.flatMap(({ items }) => items.map(({ key }) => key)));
  const warnings = [...reading.unread].flatMap(([key, warning]) => (cited.has(key) ? [beside(warning)] : []));
  const style = readStyle(report, citeproc.styles);
  const errors = [
    ...broken.map(beside),
    // If an entry cannot be read, its key would be reported as unknown: a second error for one mistake.
    ...(broken.length > 0 ? [] : findUnknownKeys(citations, entries)),
    ...style.errors,
  ];
  if (errors.length > 0 || citations.length === 0 || style.xml === undefined)
    return { citations: undefined, errors, warnings };
  try {
    const clusters = [...new Map(citations.map((citation) => [citation.raw, citation])).values()];
    return {
      citations: citeproc.format(clusters, entries, { ...style, xml: style.xml, lang: frontMatter.lang }),
      errors,
      warnings,
    };
  } catch (cause) {
    return { citations: undefined, errors: [brokenStyle(report, cause)], warnings };
  }
}

/** Makes the file in an error's position relative to the working directory, as the path of the report is. */
function besideReport(error: UserError, { file, frontMatter }: Report): UserError {
  const { position, message, code, hint, cause } = error;
  const isOfFile = position !== undefined && frontMatter.bibliography.some(({ path }) => path === position.file);
  const moved = isOfFile ? { ...position, file: join(dirname(file), position.file) } : position;
  return new UserError(message, { code, position: moved, hint, cause });
}

function findUnknownKeys(citations: readonly Citation[], entries: ReadonlyMap<string, BibliographyEntry>): UserError[] {
  return citations.flatMap(({ items, position }) =>
    items
      .filter(({ key }: CitationItem) => !entries.has(key))
      .map(({ key }) => {
        const keys = [...entries.keys()];
        const near = nearest(key, keys);
        const [slip] = findMistypedReferences(`@${key}`);
        const some = keys.length > 12 ? `The bibliography has ${keys.length} entries.` : didYouMean(key, keys, "keys");
        return new UserError(`The bibliography has no entry \`${key}\`.`, {
          code: "unknown-citation",
          position,
          hint: near !== undefined ? `Did you mean \`${near}\`?` : (slip?.hint ?? some),
          exitCode: 1,
        });
      }),
  );
}

interface Style {
  /** Name that is unique to the content of the style. */
  readonly name: string;
  readonly xml: string | undefined;
  readonly errors: readonly UserError[];
}

/** The style that `csl:` gives: the name of a style that the formatter includes, or a file. APA by default. */
function readStyle({ frontMatter, folder }: Report, known: ReadonlyMap<string, string>): Style {
  const { path = "apa", position } = frontMatter.csl ?? {};
  const own = known.get(path);
  if (own !== undefined) return { name: path, xml: own, errors: [] };
  try {
    const xml = readRegularText(resolve(folder, path)).replace(/^\uFEFF/, "");
    return { name: createHash("sha256").update(xml).digest("hex"), xml, errors: [] };
  } catch (cause) {
    const hint = `Styles that Heapbook has: ${[...known.keys()].join(", ")}. Others are files: https://github.com/citation-style-language/styles`;
    const message = `Cannot read the citation style ${path}.`;
    return {
      name: path,
      xml: undefined,
      errors: [new UserError(message, { code: "bibliography-not-found", position, hint, cause })],
    };
  }
}

function brokenStyle({ frontMatter }: Report, cause: unknown): UserError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new UserError(
    `The citation style ${frontMatter.csl?.path ?? "apa"} cannot be used: ${message.split("\n", 1)[0]}`,
    {
      code: "broken-bibliography",
      position: frontMatter.csl?.position,
      hint: "A style is a file of the Citation Style Language, version 1.0, and is not a dependent style.",
      cause,
    },
  );
}
