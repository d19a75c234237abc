/** Output formats of `heapbook check`, for its option `--reporter`. */
export const REPORTERS = ["text", "github", "junit", "json"] as const;
export type Reporter = (typeof REPORTERS)[number];
