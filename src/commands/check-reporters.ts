import { isAbsolute, relative, resolve, sep } from "node:path";
import { describeCounts, nameVerdict } from "../results/claim-texts.ts";
import { type CheckReport, claimFinding, describeEvidence, type Finding } from "./check-findings.ts";
import { withoutControls } from "./printable.ts";

/** All findings of a check; those about claims come last. */
function allFindings({ claims, findings, strict }: CheckReport): Finding[] {
  return [...findings, ...claims.flatMap((claim) => claimFinding(claim, strict) ?? [])];
}

/**
 * Formats findings as workflow commands of GitHub Actions, one line each. GitHub shows them as annotations of the pull
 * request.
 * @param root working folder, to which the paths of findings are relative
 * @param workspace root of the repository (`GITHUB_WORKSPACE`), to which GitHub's paths are relative
 */
export function githubAnnotations(report: CheckReport, root: string, workspace: string | undefined): string[] {
  return allFindings(report).map(({ level, file, line, code, message, hint }) => {
    const properties = [
      ...(file === undefined ? [] : [`file=${escapeProperty(nameIn(workspace, root, file))}`]),
      ...(line === undefined ? [] : [`line=${line}`]),
      `title=${escapeProperty(code === undefined ? "heapbook" : `heapbook: ${code}`)}`,
    ];
    const text = hint === undefined ? message : `${message}\n${hint}`;
    return `::${level} ${properties.join(",")}::${escapeData(text)}`;
  });
}

/**
 * Escapes a message as GitHub's toolkit does, without control characters, which a log would execute:
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
function escapeData(text: string): string {
  return withoutControls(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

function nameIn(workspace: string | undefined, root: string, file: string): string {
  if (workspace === undefined) return file;
  const name = relative(workspace, resolve(root, file));
  return name.startsWith("..") || isAbsolute(name) ? file : name.split(sep).join("/");
}

/**
 * Formats a check as GitHub's step summary, in Markdown: counts, a table of the claims, a list of errors and warnings.
 */
export function stepSummary({ claims, findings }: CheckReport): string {
  const MARKS = { holds: "✅", fails: "❌", undecided: "❔" } as const;
  const rows = claims.map((listed) => {
    const { claim, position } = listed;
    const place = `${position.file}:${position.line}`;
    const cells = [
      `${MARKS[claim.verdict]} ${nameVerdict(claim.verdict)}`,
      claim.sentence,
      describeEvidence(listed),
      place,
    ];
    return `| ${cells.map(escapeCell).join(" | ")} |`;
  });
  const lines = findings.map(({ level, file, line, message }) => {
    const place = file === undefined ? "" : ` ${escapeCell(`${file}:${line ?? 1}`)}:`;
    return `- **${level}:**${place} ${escapeCell(message)}`;
  });
  return [
    "## Heapbook",
    claims.length === 0 ? "No claim was tested." : `${describeCounts(claims)}.`,
    ...(rows.length === 0
      ? []
      : [["| Verdict | Claim | Measured | Line |", "| --- | --- | --- | --- |", ...rows].join("\n")]),
    ...(lines.length === 0 ? [] : [lines.join("\n")]),
    "",
  ].join("\n\n");
}

/** Text for a cell of a Markdown table, with pipes, line breaks and HTML escaped, and without control characters. */
function escapeCell(text: string): string {
  return withoutControls(text)
    .replace(/[\\`*_[\]|~]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/\s+/g, " ");
}

/**
 * Formats checks as JUnit XML: a test suite for each report, a test case for each claim and each error. Warnings are
 * left out.
 */
export function junitXml({ claims, findings, strict }: CheckReport): string {
  const suites = new Map<string, string[]>();
  const add = (suite: string, xml: string): void => void suites.set(suite, [...(suites.get(suite) ?? []), xml]);
  for (const listed of claims) {
    const { claim, position, label } = listed;
    const evidence = describeEvidence(listed);
    const isFailure = claim.verdict === "fails" || (strict && claim.verdict === "undecided");
    const outcome = isFailure
      ? `<failure message="${escapeXml(`${nameVerdict(claim.verdict)}: ${evidence}`)}"/>`
      : claim.verdict === "undecided"
        ? `<skipped message="${escapeXml(`undecided: ${evidence}`)}"/>`
        : "";
    add(position.file, testCase(label, claim.sentence, position.file, position.line, outcome));
  }
  for (const { level, file = "heapbook", line, code, message, hint = "" } of findings) {
    if (level !== "error") continue;
    const error = `<error type="${escapeXml(code ?? "error")}" message="${escapeXml(message)}">${escapeXml(hint)}</error>`;
    add(file, testCase(code ?? "error", message, file, line, error));
  }
  const count = (cases: readonly string[], tag: string): number =>
    cases.filter((each) => each.includes(`<${tag} `)).length;
  const texts = [...suites].map(
    ([name, cases]) =>
      `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${count(cases, "failure")}" ` +
      `errors="${count(cases, "error")}" skipped="${count(cases, "skipped")}">\n${cases.join("")}  </testsuite>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="heapbook">\n${texts.join("")}</testsuites>`;
}

function testCase(group: string, name: string, file: string, line: number | undefined, outcome: string): string {
  const place = `file="${escapeXml(file)}"${line === undefined ? "" : ` line="${line}"`}`;
  const head = `    <testcase classname="${escapeXml(group)}" name="${escapeXml(name)}" ${place}`;
  return outcome === "" ? `${head}/>\n` : `${head}>${outcome}</testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced.
const NOT_XML = /[\u0000-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Escapes a text for XML. Characters that XML 1.0 does not allow become U+FFFD. */
function escapeXml(text: string): string {
  return withoutControls(text.replace(/[\n\r\t]/g, " "))
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replace(NOT_XML, "\ufffd");
}
