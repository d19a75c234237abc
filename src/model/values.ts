/** Plain values that several rooms share. */

/** The value of a parameter of a report or of a matrix: a YAML scalar other than null. */
export type Scalar = string | number | boolean;

/** Parameters by name: of a report, or of a report and a variant. */
export type Params = Readonly<Record<string, Scalar>>;

/**
 * Representations of one output by MIME type, as in Jupyter. Each output format shows the richest representation that
 * it supports.
 */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** One combination of the values of a cell's `matrix`, by parameter. */
export type VariantParams = Readonly<Record<string, Scalar>>;
