import { isLength } from "../../document/stray-markup.ts";

/**
 * Class and CSS rule for a length that only CSS can give, such as `50%`. An attribute `style` would be refused by the
 * page's Content-Security-Policy. Undefined for a text that is not a length.
 */
export function lengthClass(
  property: "width" | "height",
  length: string,
): { readonly name: string; readonly rule: string } | undefined {
  if (!isLength(length)) return undefined;
  const name = `${property.charAt(0)}-${length.replace(/[^\w]/g, (character) => (character === "%" ? "pc" : "-"))}`;
  return { name, rule: `.${name} { ${property}: ${length}; }` };
}
