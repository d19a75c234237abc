/** Plain values that several rooms share. */

/** A parameter's value. */
export type Scalar = string | number | boolean;

/** Representations of one output by MIME type, as in Jupyter. A format shows the richest that it can. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** One combination of the values of a cell's `matrix`, by parameter. */
export type VariantParams = Readonly<Record<string, Scalar>>;
