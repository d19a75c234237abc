import { posix } from "node:path";
import { readAddresses } from "../../document/links.ts";
import { createMarkdown } from "../../document/markdown.ts";
import type { Cell, Report } from "../../document/types.ts";
import { nearest, UserError } from "../../errors.ts";
import { decodePercent } from "../../files.ts";
import type { Output, ReportResults } from "../../model/report-results.ts";
import { isChart, readMimeBundle } from "../../render/components/mime-bundle.ts";
import { isShown } from "../../render/components/shown-cell.ts";
import { brokenImage, inlineImage } from "../../render/prose/image.ts";
import { whyBroken } from "../../render/prose/image-contents.ts";
import { findLostHtml, type HtmlProblem, isLoss, readRawHtml } from "../../render/prose/raw-html.ts";
import { walkTokens } from "../../render/prose/tokens.ts";
import { plainTerminalText } from "../../render/text/terminal-text.ts";
import { leadsElsewhere } from "./links.ts";

/** Findings about the HTML, the Markdown and the images that cells show. */
export interface ShownOutputs {
  /** Warnings at the cells' lines: `removed-html`, codes of images such as `broken-image`, and `unknown-reference`. */
  readonly warnings: readonly UserError[];
  /** Links in outputs of cells, to be checked once the page exists. */
  readonly links: readonly OutputLink[];
}

/** A link in an output of a cell. */
export interface OutputLink {
  readonly href: string;
  readonly cell: Cell;
}

/** Checks the outputs that cells show. Every finding is a warning, because the page is complete without the output. */
export function readShownOutputs(report: Report, results: ReportResults): ShownOutputs {
  const warnings = new Map<string, UserError>();
  const links = new Map<string, OutputLink>();
  const byLabel = new Map(report.cells.map((cell) => [cell.label, cell]));
  for (const { label, variants } of results.cells) {
    const cell = byLabel.get(label);
    if (cell === undefined || !isShown(cell)) continue;
    for (const output of variants.flatMap(({ outputs }) => outputs)) {
      const read = readOutput(output, cell, report);
      for (const warning of read.warnings) warnings.set(`${label} ${warning.message}`, warning);
      for (const href of read.hrefs) links.set(`${label} ${href}`, { href, cell });
    }
  }
  return { warnings: [...warnings.values()], links: [...links.values()] };
}

interface Reading {
  readonly warnings: readonly UserError[];
  readonly hrefs: readonly string[];
}

const NOTHING: Reading = { warnings: [], hrefs: [] };

function readOutput(output: Output, cell: Cell, report: Report): Reading {
  if (output.type === "stream") {
    const isMarkdown = cell.options.output === "asis" && output.name === "stdout";
    return isMarkdown ? readMarkdown(plainTerminalText(output.text), cell, report) : NOTHING;
  }
  if (output.type !== "display" || isChart(output.data)) return NOTHING;
  const shown = readMimeBundle(output.data);
  if (shown.kind === "markdown") return readMarkdown(shown.source, cell, report);
  if (shown.kind === "html") return readHtml(shown.source, cell, report);
  if (shown.kind !== "image") return NOTHING;
  const why = whyBroken(shown.type, shown.bytes);
  if (why === undefined) return NOTHING;
  const message = `Cell \`${cell.label}\`: the image of type ${shown.type} that it displays ${why}.`;
  return { warnings: [brokenImage(message, cell.position)], hrefs: [] };
}

function readHtml(source: string, cell: Cell, report: Report): Reading {
  // A token of the kind that Markdown produces for a block of HTML.
  const [token] = createMarkdown().parse("<b>\n", {});
  if (token === undefined) return NOTHING;
  token.content = source;
  const { links, images } = readAddresses(createMarkdown(), [token], [], report.file);
  return {
    warnings: [
      ...lostHtml(findLostHtml(source, 1), cell),
      ...unreadImages(
        images.map(({ src }) => src),
        cell,
        report,
      ),
    ],
    hrefs: links.map(({ href }) => href),
  };
}

function readMarkdown(source: string, cell: Cell, report: Report): Reading {
  const markdown = createMarkdown();
  const tokens = markdown.parse(source, {});
  const { links, images } = readAddresses(markdown, tokens, [], report.file);
  const unknown = [...walkTokens(tokens, 1)]
    .filter(({ token }) => token.type === "reference" && !report.anchors.has(token.content))
    .map(({ token }) => unknownReference(token.content, cell, report));
  return {
    warnings: [
      ...lostHtml(readRawHtml(tokens).problems.filter(isLoss), cell),
      ...unreadImages(
        images.map(({ src }) => src),
        cell,
        report,
      ),
      ...unknown,
    ],
    hrefs: links.map(({ href }) => href),
  };
}

/** Largest number of names of one kind that a message lists. */
const MOST_NAMED = 6;

function lostHtml(problems: readonly HtmlProblem[], { label, position }: Cell): readonly UserError[] {
  const whats = [...new Set(problems.map(({ what }) => what))];
  if (whats.length === 0) return [];
  const more = whats.length > MOST_NAMED ? ` and ${whats.length - MOST_NAMED} more` : "";
  const message = `Cell \`${label}\`: removed from the HTML that it shows: ${whats.slice(0, MOST_NAMED).join(", ")}${more}.`;
  const hint = "The page's Content-Security-Policy refuses it. Show text, a table or an image instead.";
  return [new UserError(message, { code: "removed-html", position, hint })];
}

function unreadImages(
  addresses: readonly string[],
  { label, position }: Cell,
  { folder }: Report,
): readonly UserError[] {
  return addresses.flatMap((address) => {
    try {
      if (address !== "") inlineImage(address, folder, position);
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const { message, code, hint } = error;
      return [new UserError(`Cell \`${label}\`: ${message}`, { code, position, hint })];
    }
  });
}

function unknownReference(name: string, { label, position }: Cell, { anchors }: Report): UserError {
  const near = nearest(name, anchors.keys());
  const hint =
    near === undefined ? "Label what it refers to, or write \\@ for an @ that is text." : `Did you mean \`@${near}\`?`;
  const message = `Cell \`${label}\`: \`@${name}\` in the Markdown that it shows is no label, and the page shows it as text.`;
  return new UserError(message, { code: "unknown-reference", position, hint });
}

/**
 * Finds links in outputs of cells that lead nowhere: warnings `dead-link` for ids that the page lacks, and for files
 * that the site lacks.
 *
 * @param ids ids of the page
 * @param files paths of the files beside the page
 */
export function findDeadOutputLinks(
  links: readonly OutputLink[],
  ids: ReadonlySet<string>,
  files: ReadonlySet<string>,
): UserError[] {
  return links.flatMap(({ href, cell: { label, position } }) => {
    const [address = ""] = href.split("#", 1);
    const what = `Cell \`${label}\`: the link \`${href}\` that it shows`;
    if (href.startsWith("#")) {
      const id = decodePercent(href.slice(1));
      if (id === "" || id === "top" || ids.has(id)) return [];
      const near = nearest(id, ids);
      const hint = near === undefined ? "Give a heading an id: ## Title {#my-id}" : `Did you mean \`#${near}\`?`;
      return [new UserError(`${what} leads to nothing on the page.`, { code: "dead-link", position, hint })];
    }
    const [path = ""] = decodePercent(address).split("?", 1);
    // Links to other reports are not checked, because those reports may be rendered later.
    if (leadsElsewhere(href) || path.startsWith("../") || files.has(posix.normalize(path))) return [];
    const hint = "Link the file in the text of the report too: such files are copied beside the page.";
    return [new UserError(`${what} leads to no file of the site.`, { code: "dead-link", position, hint })];
  });
}
