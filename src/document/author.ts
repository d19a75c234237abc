import * as z from "zod";

/** An author of a report. */
export interface Author {
  readonly name: string;
  readonly affiliations: readonly string[];
  readonly email: string | undefined;
  /** ORCID iD, such as `0000-0002-1825-0097`. */
  readonly orcid: string | undefined;
  /** Student number, in the institution's form. */
  readonly id: string | undefined;
}

const text = z.string("a text").trim().min(1, "a text that is not empty");

/** Converts a text or a list of texts to a list. @internal */
export const textList = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(text, "a text or a list of texts").default([]),
);

/** Properties of one author, for the schema of the front matter. @internal */
export const authorShape = {
  name: text,
  affiliation: textList,
  email: text.regex(/^[^\s@]+@[^\s@]+$/, "an address such as ada@example.org").optional(),
  orcid: z
    .string("an ORCID iD such as 0000-0002-1825-0097")
    .transform((value) => value.replace(/^https?:\/\/orcid\.org\//, ""))
    .refine((value) => ORCID.test(value), { message: "an ORCID iD such as 0000-0002-1825-0097", abort: true })
    .refine(
      hasCheckDigit,
      "an ORCID iD whose last digit is its check digit (one digit is mistyped, or two are swapped)",
    )
    .optional(),
  id: z.union([text, z.number()], "a text or a number").optional(),
};

/** Schema of authors: a text, a mapping, or a list of both. @internal */
export const authorsSchema = z.preprocess(
  (value) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).map((each) => (typeof each === "string" ? { name: each } : each)),
  z.array(z.strictObject(authorShape, "a text or a mapping with `name`")),
);

const ORCID = /^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$/;

/** Checks the check digit (ISO 7064 MOD 11-2) of an ORCID iD. */
function hasCheckDigit(value: string): boolean {
  const digits = value.replaceAll("-", "");
  let total = 0;
  for (const digit of digits.slice(0, -1)) total = (total + Number(digit)) * 2;
  const check = (12 - (total % 11)) % 11;
  return digits.endsWith(check === 10 ? "X" : String(check));
}
