import type { Report } from "../document/types.ts";
import type { Position } from "../errors.ts";
import type { ReportResults } from "../model/report-results.ts";
import { listClaims, type ReportClaim } from "../results/report-claims.ts";

/** A claim with the position of the line that made it, as messages show it. */
export interface LocatedClaim extends ReportClaim {
  readonly position: Position;
}

/** The claims of a report in the order of the page. A claim whose line is not known has the position of its cell. */
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

/** Path of a file beside a report, as messages show it. @param file relative to the report's folder */
export function besideReport(report: Report, file: string): string {
  // regexp: a path
  return `${report.file.replace(/[^/\\]*$/, "")}${file}`;
}
