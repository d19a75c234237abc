import { isLength } from "../../document/stray-markup.ts";

/**
 * The class, and its CSS rule, of a length that only CSS can give, such as `50%`: the page's Content-Security-Policy refuses
 * attributes `style`. Undefined for a text that is not a length.
 */
export function lengthClass(
  property: "width" | "height",
  length: string,
): { readonly name: string; readonly rule: string } | undefined {
  if (!isLength(length)) return undefined;
  const name = `${property.charAt(0)}-${length.replace(/[^\w]/g, (character) => (character === "%" ? "pc" : "-"))}`;
  return { name, rule: `.${name} { ${property}: ${length}; }` };
}
