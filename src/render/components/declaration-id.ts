import type { Report } from "../../document/types.ts";

/** Id of the declaration's heading: `declaration`, or `declaration-of-authors` if a section already has this id. */
export function declarationId({ headings }: Pick<Report, "headings">): string {
  return headings.some(({ id }) => id === "declaration") ? "declaration-of-authors" : "declaration";
}
