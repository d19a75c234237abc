export type Scalar = string | number | boolean;

/** Representations of one output by MIME type, as in Jupyter: the richest that a format can show is shown. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** One combination of the values of a cell's `matrix`, by parameter. */
export type VariantParams = Readonly<Record<string, Scalar>>;
