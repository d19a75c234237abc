import type { UserError } from "../errors.ts";

/** What a project adds to every page, read from the files that `heapbook.yml` names. */
export interface ProjectParts {
  /** Style sheets after Heapbook's own; empty for none. */
  readonly css: string;
  /** `data:` URI of the logo of the site. */
  readonly logo: string | null;
  /** Whether each page ends with the template `project-footer`. */
  readonly hasFooter: boolean;
  /** `unused-template`: a part that no page uses. */
  readonly warnings: readonly UserError[];
}

export const NO_PARTS: ProjectParts = { css: "", logo: null, hasFooter: false, warnings: [] };
