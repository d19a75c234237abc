import type { Parameters } from "./types.ts";

export type Theme = "auto" | "light" | "dark";

/** Defaults for the cells of a report. */
export interface ExecuteDefaults {
  readonly trials: number;
  readonly timeoutMs: number;
  readonly echo: boolean;
  readonly error: boolean;
}

/** The YAML block at the head of a report, validated, with defaults filled in. */
export interface FrontMatter {
  readonly title: string;
  readonly subtitle: string | undefined;
  readonly authors: readonly string[];
  /** ISO date, `2026-11-22`. */
  readonly date: string | undefined;
  readonly abstract: string | undefined;
  /** BCP 47 language of the prose. */
  readonly lang: string;
  readonly params: Parameters;
  readonly execute: ExecuteDefaults;
  readonly html: { readonly toc: boolean; readonly codeFold: boolean; readonly theme: Theme; readonly numberSections: boolean };
}
