import { expect, test } from "vitest";
import { inLanguage } from "../../../../src/language.ts";
import { describeCard } from "../../../../src/render/html/card.ts";
import { makeInput, parseFixture } from "../../../helpers/page.ts";
import { makeTrial, makeTrialSet, makeVariant } from "../../../helpers/results.ts";

const MIB = 2 ** 20;

test.each([
  ["en", "0.75 to 4.51\u00a0MiB"],
  ["de", "0,75 bis 4,51\u00a0MiB"],
])("the key figure of peaks goes from the least lower bound to the greatest upper bound (%s)", (lang, value) => {
  const bounded = (kind: string, lowMiB: number, highMiB: number) => {
    const readings = [
      { id: "peakLow", region: "", value: lowMiB * MIB },
      { id: "peakHigh", region: "", value: highMiB * MIB },
    ];
    return makeVariant({ kind }, [makeTrialSet("bracket", [makeTrial({ readings })])]);
  };
  const report = parseFixture(`---\ntitle: A\nlang: ${lang}\n---\n\n${"```{ts}\n//| label: a\n1;\n```\n"}`);
  const variants = [bounded("a", 0.75, 3.01), bounded("b", 1.5, 4.51)];
  const cell = { label: "a", hidden: false, state: "completed", blockedBy: [], variants, conclusions: [] };
  const card = inLanguage(lang, () => describeCard(makeInput(report, { cells: [cell as never] })));
  expect(card.keyFigure?.value).toBe(value);
});
