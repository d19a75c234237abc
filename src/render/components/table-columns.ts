import { isRecord } from "../../analysis/own-value.ts";

/** A column as the author describes it in `table(rows, { columns })`. */
export interface TableColumn {
  readonly key: string;
  readonly title: string;
  /** Unit of the values: `B`, `ms`, `count`, `%` or any other; undefined for plain numbers. */
  readonly unit?: string | undefined;
  /** Number of significant digits; by default six, or three with a unit. */
  readonly digits?: number | undefined;
  readonly align?: "left" | "right" | "center" | undefined;
}

const ALIGNMENTS: ReadonlySet<unknown> = new Set(["left", "right", "center"]);

/**
 * Reads the `columns` of a displayed table: a list of names, or of objects with a `key`. Undefined for any other shape.
 */
export function readColumns(given: unknown): readonly TableColumn[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const columns = given.map(readColumn);
  return columns.every((column) => column !== undefined) ? columns : undefined;
}

function readColumn(given: unknown): TableColumn | undefined {
  if (typeof given === "string" || typeof given === "number") return { key: String(given), title: String(given) };
  if (!isRecord(given) || typeof given["key"] !== "string") return undefined;
  const { key, label, unit, digits, align } = given;
  return {
    key,
    title: typeof label === "string" ? label : key,
    unit: typeof unit === "string" ? unit : undefined,
    digits: typeof digits === "number" && digits >= 1 && digits <= 15 ? Math.round(digits) : undefined,
    align: ALIGNMENTS.has(align) ? (align as TableColumn["align"]) : undefined,
  };
}
