import type { Token } from "markdown-it";
import { pageWords } from "../../words/page-words.ts";
import { CLAIMS_ID, findClaimsPlace } from "../components/claims-place.ts";
import { declarationId } from "../components/declaration-id.ts";
import { findReferencesPlace, REFERENCES_ID } from "../components/references-place.ts";
import type { RenderInput } from "../renderer.ts";
import { plainText } from "./plain-text.ts";
import { notesId } from "./prose-rules.ts";
import { fillTemplate } from "./template.ts";

interface Entry {
  readonly id: string;
  readonly number: string | null;
  readonly text: string;
  readonly entries: Entry[];
}

/** The table of contents as HTML, two levels deep; undefined for fewer than two entries. */
export function renderContents(input: RenderInput): string | undefined {
  const { report } = input;
  const words = pageWords(report.frontMatter.lang);
  const numbers = new Map(report.headings.map((heading) => [heading.id, heading.number]));
  const entries: Entry[] = [];
  for (const [index, token] of report.tokens.entries()) {
    const level = levelOf(token);
    if (level === undefined || level > 3 || token.level > 0) continue;
    const id = String(token.attrGet("id") ?? "");
    const line = (token.map?.[0] ?? 0) + 1;
    const text = plainText(report.tokens[index + 1]?.children ?? [], input, { evaluated: true, line });
    const entry = { id, number: numbers.get(id) ?? null, text, entries: [] };
    const parent = level === 3 ? entries.at(-1) : undefined;
    (parent?.entries ?? entries).push(entry);
  }
  if (findClaimsPlace(input)?.needsHeading === true) {
    entries.push({ id: CLAIMS_ID, number: null, text: words.claims, entries: [] });
  }
  if (findReferencesPlace(input)?.needsHeading === true) {
    entries.push({ id: REFERENCES_ID, number: null, text: words.references, entries: [] });
  }
  if (report.tokens.some((token) => token.type === "footnote_block_open")) {
    const id = notesId(new Map(report.headings.map((heading) => [heading.id, heading])));
    entries.push({ id, number: null, text: words.notes, entries: [] });
  }
  if (report.frontMatter.coursework.declaration !== undefined) {
    entries.push({ id: declarationId(report), number: null, text: words.declaration, entries: [] });
  }
  const count = entries.reduce((sum, entry) => sum + 1 + entry.entries.length, 0);
  return count < 2 ? undefined : fillTemplate("contents", { entries });
}

function levelOf(token: Token): number | undefined {
  return token.type === "heading_open" ? Number(token.tag.slice(1)) : undefined;
}
