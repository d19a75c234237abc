import { currentLanguage, numberStyleOf } from "../../language.ts";
import { type TextKey, textIn } from "../../words/catalogues.ts";
import { readAsset } from "../assets.ts";
import { renderHtml } from "../html/report.ts";
import type { RenderedFile, RenderInput } from "../renderer.ts";

/**
 * Renders a report as `report.pdf`: the page of `--to html`, printed by the browser of `RenderInput.print`. `templates/js/print.js`
 * prepares the page: the provenance goes to the end, and wide tables get a page on its side or are broken into parts.
 *
 * @throws UserError as `renderHtml`, and what `print` throws
 */
export async function renderPdf(input: RenderInput): Promise<RenderedFile[]> {
  const { print, results } = input;
  if (print === undefined) throw new Error("No browser was found for the format pdf.");
  // Files beside the page are not beside a PDF that is handed in.
  const [page] = await renderHtml({ ...input, otherFiles: [], readWhole: undefined });
  const measured = results.cells.flatMap(({ variants }) =>
    variants.flatMap(({ trialSets }) => trialSets.map(({ environment }) => environment.measuredAt)),
  );
  const date = measured.sort().at(-1) ?? `${input.report.frontMatter.date ?? "2000-01-01"}T00:00:00.000Z`;
  const contents = await print(String(page?.contents), { date, prepare: preparation() });
  return [{ path: "report.pdf", contents }];
}

/** Texts that the preparation writes, with their placeholders. */
const KEYS = [
  "howMeasured",
  "linesNotPrinted",
  "charactersNotPrinted",
  "columnsContinued",
  "columnsLast",
] as const satisfies readonly TextKey[];

/** The script that prepares the page, which gets its words in the language of the page. */
function preparation(): string {
  const lang = currentLanguage();
  const texts = KEYS.map((key) => [key, textIn(lang, key, 0)] as const);
  const words = { ...Object.fromEntries(texts), group: numberStyleOf(lang).group };
  return `const WORDS = ${JSON.stringify(words)};\n${readAsset("js/print.js")}`;
}
