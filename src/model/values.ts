/** Plain values that several rooms share. */

/** The value of a parameter of a report or of a matrix: what YAML calls a scalar, null excepted. */
export type Scalar = string | number | boolean;

/** Parameters by name: of a report, or of a report and a variant. */
export type Params = Readonly<Record<string, Scalar>>;

/** Representations of one output by MIME type, as in Jupyter. A format shows the richest that it can. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** One combination of the values of a cell's `matrix`, by parameter. */
export type VariantParams = Readonly<Record<string, Scalar>>;
