import { stripVTControlCharacters } from "node:util";
import type { UserError } from "../errors.ts";
import type { LocatedClaim } from "../pipeline/located-claims.ts";
import {
  compareClaim,
  describeCertainty,
  describeIndecision,
  describeRecorded,
  nameVerdict,
} from "../results/claim-texts.ts";

/** One error, warning or failing claim of `heapbook check`, in the form that reporters print. */
export interface Finding {
  readonly level: "error" | "warning";
  /** Path of the file as on the command line; undefined for a finding without a file. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  /** Code of the error or warning; `claim` for a claim that fails or is undecided. */
  readonly code: string | undefined;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Everything that one run of `heapbook check` found. */
export interface CheckReport {
  readonly claims: readonly LocatedClaim[];
  readonly findings: readonly Finding[];
  /** Whether an undecided claim is an error. */
  readonly strict: boolean;
}

/** Converts an error, or a warning as text (`report.md:12: message`), to a finding. */
export function toFinding(found: UserError | string): Finding {
  if (typeof found !== "string") {
    const { position, code, message, hint } = found;
    return { level: "error", file: position?.file, line: position?.line, code, message, hint };
  }
  const text = stripVTControlCharacters(found);
  const [, file, line, message] = /^([^\n:]+):(\d+)(?::\d+)?: (.*)$/s.exec(text) ?? [];
  const [head = "", ...rest] = (message ?? text).split("\n");
  return {
    level: "warning",
    file,
    line: line === undefined ? undefined : Number(line),
    code: /\[([a-z-]+)\]$/.exec(head)?.[1],
    message: head.replace(/ \[[a-z-]+\]$/, ""),
    hint: rest.length === 0 ? undefined : rest.join(" ").trim(),
  };
}

/** Converts a claim that does not hold to a finding; undefined for a claim that holds. */
export function claimFinding(listed: LocatedClaim, strict: boolean): Finding | undefined {
  const { claim, position } = listed;
  if (claim.verdict === "holds") return undefined;
  const level = claim.verdict === "fails" || strict ? "error" : "warning";
  const message = `${nameVerdict(claim.verdict)}: ${claim.sentence} (${describeEvidence(listed)})`;
  return { level, file: position.file, line: position.line, code: "claim", message, hint: undefined };
}

/** The evidence for a claim in words: `20.4 > 2, exact; recorded: 3.63`. */
export function describeEvidence(listed: LocatedClaim): string {
  const { claim } = listed;
  const parts = [compareClaim(claim), describeCertainty(claim), describeIndecision(listed), describeRecorded(claim)];
  return parts.filter((part) => part !== undefined).join("; ");
}
