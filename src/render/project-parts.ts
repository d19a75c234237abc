import type { UserError } from "../errors.ts";

/** What a project adds to each of its pages, read from the files that `heapbook.yml` names. */
export interface ProjectParts {
  /** CSS of the project, which follows Heapbook's own style sheet; empty for none. */
  readonly css: string;
  /** Logo of the site as a `data:` URI; null for none. */
  readonly logo: string | null;
  /** Whether each page ends with the template `project-footer`. */
  readonly hasFooter: boolean;
  /** `unused-template`: a part that no page uses. */
  readonly warnings: readonly UserError[];
}

export const NO_PARTS: ProjectParts = { css: "", logo: null, hasFooter: false, warnings: [] };
