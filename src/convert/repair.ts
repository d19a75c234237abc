import type { UserError } from "../errors.ts";
import { decodePercent } from "../files.ts";

/** A converted report in which places that a render would refuse are text. */
export interface Repaired {
  readonly source: string;
  /** What was changed; `line` is a line of `source`, from 1. */
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Changes text that Jupyter shows and a report refuses: unknown references, attributes and formulas become text, images
 * that are missing become their name, images of the network a link, and links to nothing their text. Changes one place
 * of each line; call it again for others.
 * @param errors mistakes of the report, as parsing and the checks found them
 * @param ids ids of the report's headings, for links that differ from one only in capitals and signs
 */
export function repairReport(source: string, errors: readonly UserError[], ids: readonly string[]): Repaired {
  const lines = source.split("\n");
  const warnings: { line: number; message: string }[] = [];
  const done = new Set<number>();
  for (const error of [...errors].sort((a, b) => (b.position?.line ?? 0) - (a.position?.line ?? 0))) {
    const first = (error.position?.line ?? 0) - 1;
    // One repair moves what follows on its line: others of the line wait for the next round.
    if (first < 0 || first >= lines.length || done.has(first)) continue;
    if (error.code === "broken-formula" && lines[first - 1]?.trim() === "$$") {
      const close = lines.findIndex((line, index) => index >= first && line.trim().startsWith("$$"));
      if (close < 0) continue;
      [lines[first - 1], lines[close]] = ["```latex", "```"];
      warnings.push({ line: first, message: `A formula is code now: ${error.message}` });
      done.add(first);
      continue;
    }
    const end = lines.findIndex((line, index) => index > first && line.trim() === "");
    const block = lines.slice(first, end < 0 ? lines.length : end).join("\n");
    const repaired = repairBlock(block, error, ids);
    if (repaired === undefined || repaired.text === block) continue;
    const made = repaired.text.split("\n");
    // The number of lines stays, so that the lines of other errors and warnings do.
    const lost = block.split("\n").length - made.length;
    lines.splice(first, block.split("\n").length, ...made, ...Array.from({ length: Math.max(0, lost) }, () => ""));
    done.add(first);
    warnings.push({ line: first + 1, message: repaired.message });
  }
  return { source: lines.join("\n"), warnings };
}

/** The place of a cell in the report: its first line and one past its last, from 0, and the mark of its options. */
export interface CellPlace {
  readonly range: readonly [number, number];
  readonly mark: "//|" | "#|";
}

/**
 * Gives cells whose code cannot be bundled the option `eval: false`: the page shows them with their recorded outputs.
 * @param errors mistakes in the code of cells
 * @param warnings warnings about `source`, which move with their lines
 */
export function stopCells(
  { source, warnings }: Repaired,
  errors: readonly UserError[],
  cells: readonly CellPlace[],
): Repaired {
  const lines = source.split("\n");
  const all = [...warnings];
  for (const { range, mark } of [...cells].sort((a, b) => b.range[0] - a.range[0])) {
    const [first, end] = range;
    const error = errors.find(
      ({ position }) => position !== undefined && position.line > first && position.line <= end,
    );
    if (error === undefined) continue;
    const [indent = ""] = /^[ \t>]*/.exec(lines[first] ?? "") ?? [];
    lines.splice(first + 1, 0, `${indent}${mark} eval: false`);
    for (const [index, warning] of all.entries())
      if (warning.line > first + 1) all[index] = { ...warning, line: warning.line + 1 };
    all.push({ line: first + 1, message: `The cell does not run (\`eval: false\`). ${whyStopped(error)}` });
  }
  return { source: lines.join("\n"), warnings: all };
}

/** What keeps a cell from running, and how to mend it: Deno's imports, or another mistake. */
function whyStopped({ message, hint }: UserError): string {
  const name = /`((?:npm|jsr):[^`]+)`/.exec(message)?.[1];
  if (name === undefined) return `${message.replace(/\.?$/, ".")}${hint === undefined ? "" : ` ${hint}`}`;
  const installed = name.replace(/^(?:npm|jsr):\/?/, "").replace(/(?<=.)@[\d^~].*$/, "");
  const command = name.startsWith("jsr:") ? `npx jsr add ${installed}` : `npm install ${installed}`;
  return `Node does not have Deno's import \`${name}\`: run \`${command}\`, import \`${installed}\`, and remove the option.`;
}

// regexp: a paragraph of one notebook cell, from the person who runs the conversion
const IMAGE = /(\[?)!\[([^\]]*)\]\(<?([^\s)>]+)>?(?:[ \t]+["'][^)]*)?\)(\{[^}]*\})?(\]\()?/;
// regexp: a paragraph of one notebook cell, from the person who runs the conversion
const IMAGE_TAG = /<img\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)[^>]*>/gi;
// regexp: a paragraph of one notebook cell, from the person who runs the conversion
const LINK = /\[([^\][]*)\]\(<?([^)>]*?)>?(?:[ \t]+["'][^)]*)?\)/g;
// regexp: a paragraph of one notebook cell, from the person who runs the conversion
const LINK_TAG = /<a\b[^>]*?\bhref\s*=\s*["']?([^"'\s>]+)["']?[^>]*>([\s\S]*?)<\/a>/gi;

interface BlockRepair {
  readonly text: string;
  readonly message: string;
}

function repairBlock(block: string, error: UserError, ids: readonly string[]): BlockRepair | undefined {
  const quoted = /`([^`]+)`/.exec(error.message)?.[1] ?? "";
  switch (error.code) {
    case "unknown-reference":
      return {
        text: outsideCode(block, (text) => text.replace(`@${quoted}`, `\\@${quoted}`)),
        message: `\`@${quoted}\` is text now: a report would read it as a reference, and nothing has that label.`,
      };
    case "heading-attributes":
    case "bad-attributes":
    case "duplicate-label":
      return {
        text: outsideCode(block, (text) => text.replace(/(?<!\\)\{(?=[#.])/, "\\{")),
        message: `Braces are text now, because a report cannot read them as attributes: ${error.message}`,
      };
    case "broken-formula":
      return { text: repairFormula(block, error.position?.column), message: `A formula is code now: ${error.message}` };
    case "missing-image":
    case "remote-image":
      return repairImage(block, error);
    case "dead-link":
      return repairLink(block, quoted, ids);
    default:
      return undefined;
  }
}

/** Applies a change to the first part of a text that is not code and that it changes. */
function outsideCode(text: string, change: (part: string) => string): string {
  let isDone = false;
  return text
    .split(/(`+[^`]*`+)/)
    .map((part, index) => {
      if (isDone || index % 2 === 1) return part;
      const changed = change(part);
      isDone = changed !== part;
      return changed;
    })
    .join("");
}

/** A formula as code: within text in backticks, a block of its own as a code block. */
function repairFormula(block: string, column: number | undefined): string {
  const at = (column ?? 1) - 1;
  const mark = block.startsWith("$$", at) ? "$$" : block.charAt(at) === "$" ? "$" : undefined;
  if (mark !== undefined) {
    const end = block.indexOf(mark, at + mark.length);
    if (end < 0) return block;
    const formula = block.slice(at, end + mark.length);
    return `${block.slice(0, at)}\`${formula.replaceAll("\n", " ")}\`${block.slice(end + mark.length)}`;
  }
  return block;
}

function repairImage(block: string, error: UserError): BlockRepair | undefined {
  const address = /\bimage (\S+?)(?: is on the network|\.? |\.$)/.exec(error.message)?.[1];
  if (address === undefined) return undefined;
  const isRemote = error.code === "remote-image";
  const name = address.split("/").at(-1) ?? address;
  const isIt = (written: string): boolean => written === address || decodePercent(written) === decodePercent(address);
  const inMarkdown = outsideCode(block, (part) =>
    part.replace(IMAGE, (whole, open: string, alt: string, written: string, _, close = "") => {
      if (!isIt(written)) return whole;
      const shown = alt === "" ? name : alt;
      if (close !== "") return `${open}${shown}${close}`;
      return open + (isRemote ? `[${shown}](${written})` : `${shown} (\`${written}\`)`);
    }),
  );
  const text =
    inMarkdown !== block
      ? inMarkdown
      : block.replace(IMAGE_TAG, (whole, written: string, at: number) => {
          if (!isIt(written)) return whole;
          const alt = /\balt\s*=\s*["']([^"']+)["']/i.exec(whole)?.[1] ?? name;
          const isLinked = block.lastIndexOf("<a", at) > block.lastIndexOf("</a", at);
          return isLinked ? alt : isRemote ? `<a href="${written}">${alt}</a>` : `${alt} (<code>${written}</code>)`;
        });
  const what = isRemote
    ? "is a link now, because a report opens without a network. Download it to the report's folder to show it."
    : "is its name now, because the file is missing beside the report. Copy it there and write the image again.";
  return { text, message: `The image ${address} ${what}` };
}

function repairLink(block: string, address: string, ids: readonly string[]): BlockRepair | undefined {
  const plain = (id: string): string =>
    decodePercent(id)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "");
  const target = address.startsWith("#") ? ids.find((id) => plain(id) === plain(address)) : undefined;
  const isIt = (written: string): boolean => written === address || decodePercent(written) === decodePercent(address);
  const change = (whole: string, text: string, written: string, markup: (href: string) => string): string =>
    isIt(written) ? (target === undefined ? text : markup(`#${target}`)) : whole;
  const inMarkdown = outsideCode(block, (part) =>
    part.replace(LINK, (whole, text: string, written: string) =>
      change(whole, text, written, (href) => `[${text}](${href})`),
    ),
  );
  const text =
    inMarkdown !== block
      ? inMarkdown
      : block.replace(LINK_TAG, (whole, written: string, inner: string) =>
          change(whole, inner, written, (href) => `<a href="${href}">${inner}</a>`),
        );
  const message =
    target === undefined
      ? `The link \`${address}\` is its text now, because it leads to nothing.`
      : `The link \`${address}\` leads to \`#${target}\` now, the id of the heading in a report.`;
  return { text, message };
}
