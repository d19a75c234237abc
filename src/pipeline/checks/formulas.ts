import type { Report } from "../../document/types.ts";
import { UserError } from "../../errors.ts";
import { loadMath } from "../../render/prose/math.ts";

/**
 * Finds formulas that cannot be parsed: errors `broken-formula`, each at its line. The TeX parser is loaded only if the
 * report has formulas.
 */
export async function findBrokenFormulas({ formulas }: Report): Promise<UserError[]> {
  if (formulas.length === 0) return [];
  const math = await loadMath();
  return formulas.flatMap(({ source, display, position }) => {
    const rendered = math.render(source, display);
    if ("html" in rendered) return [];
    const at = rendered.line === 0 ? position : { file: position.file, line: position.line + rendered.line };
    return new UserError(`The formula cannot be read: ${rendered.message}.`, {
      code: "broken-formula",
      position: at,
      hint: display ? "Correct the TeX." : "Correct the TeX, or write \\$ for a dollar sign that is text.",
    });
  });
}
