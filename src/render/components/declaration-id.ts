import type { Report } from "../../document/types.ts";

/** Id of the heading of the declaration: `declaration`, or `declaration-of-authors` where a section has that id. */
export function declarationId({ headings }: Pick<Report, "headings">): string {
  return headings.some(({ id }) => id === "declaration") ? "declaration-of-authors" : "declaration";
}
