/** Formats of `heapbook check --reporter`. */
export const REPORTERS = ["text", "github", "junit", "json"] as const;
export type Reporter = (typeof REPORTERS)[number];
