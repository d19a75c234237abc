import { currentLanguage, numberStyleOf } from "../../language.ts";
import { type TextKey, textIn } from "../../words/catalogues.ts";
import { readAsset } from "../assets.ts";
import { renderHtml } from "../html/report.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";

/**
 * Renders a report as `report.pdf`: renders the HTML page, and prints it by `RenderInput.print`.
 * `templates/js/print.js` prepares the page: it moves the provenance to the end, and puts wide tables on landscape
 * pages or splits them.
 *
 * @throws UserError the errors of `renderHtml` and of `print`
 */
export async function renderPdf(input: RenderInput): Promise<RenderedFile[]> {
  const { print, results } = input;
  if (print === undefined) throw new Error("No browser was found for the format pdf.");
  // A PDF is passed on alone, so it must not link files beside the page.
  const [page] = await renderHtml({ ...input, otherFiles: [], readWhole: undefined });
  const measured = results.cells.flatMap(({ variants }) =>
    variants.flatMap(({ trialSets }) => trialSets.map(({ environment }) => environment.measuredAt)),
  );
  const date = measured.sort().at(-1) ?? `${input.report.frontMatter.date ?? "2000-01-01"}T00:00:00.000Z`;
  const contents = await print(String(page?.contents), { date, prepare: preparation() });
  return [{ path: "report.pdf", contents }];
}

/** Keys of the texts that the script writes into the page; in a text, placeholders stand for its values. */
const KEYS = [
  "howMeasured",
  "linesNotPrinted",
  "charactersNotPrinted",
  "columnsContinued",
  "columnsLast",
] as const satisfies readonly TextKey[];

/** The script that prepares the page for printing, with its texts in the language of the page. */
function preparation(): string {
  const lang = currentLanguage();
  const texts = KEYS.map((key) => [key, textIn(lang, key, 0)] as const);
  const words = { ...Object.fromEntries(texts), group: numberStyleOf(lang).group };
  return `const WORDS = ${JSON.stringify(words)};\n${readAsset("js/print.js")}`;
}
