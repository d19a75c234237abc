import type { Report } from "../document/types.ts";
import type { Position } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";
import { listClaims, type ReportClaim } from "../results/report-claims.ts";

/** A claim with the position of the line that made it, whose path is in the form of messages. */
export interface LocatedClaim extends ReportClaim {
  readonly position: Position;
}

/**
 * The claims of a report in the order of the page, with positions. If the line of a claim is unknown, its position is
 * that of its cell.
 */
export function locateClaims(report: Report, results: ReportResults): LocatedClaim[] {
  return listClaims(results).map((listed) => {
    const { place } = listed.claim;
    const cell = report.cells.find(({ label }) => label === listed.label);
    const position =
      place === null
        ? (cell?.position ?? { file: report.file, line: 1 })
        : { file: besideReport(report, place.file), line: place.line };
    return { ...listed, position };
  });
}

/** Path of a file in the report's folder, in the form that messages show. @param file path relative to that folder */
export function besideReport(report: Report, file: string): string {
  // regexp: a path, which is short
  return `${report.file.replace(/[^/\\]*$/, "")}${file}`;
}
