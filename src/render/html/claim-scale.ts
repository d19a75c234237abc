import { largest, smallest } from "../../analysis/extremes.ts";
import { acceptedRange } from "../../analysis/verdict.ts";
import type { Claim } from "../../model/report-results.ts";
import { describeCertainty, describeTest, formatterOf } from "../../results/claim-texts.ts";
import { say } from "../../words/say.ts";
import { escapeHtml } from "../text/escape-html.ts";

const WIDTH = 240;
const [LEFT, RIGHT] = [4, 236];
const AXIS_Y = 11;
const TEXT_Y = 33;
/** Half of the width in px reserved for a label, so that the edge of the SVG cuts none off. */
const LABEL_HALF_WIDTH = 34;
/** Space beyond the outermost values, as a share of their range. */
const MARGIN = 0.18;

/**
 * Draws the estimate, its interval and the bounds of the claim on a linear scale, as SVG. The range in which the claim
 * holds is tinted; the bounds are dashed.
 */
export function renderClaimScale(claim: Claim): string {
  const { estimate, test } = claim;
  const range = acceptedRange(test);
  const bounds = [...new Set([range.low, range.high].filter(Number.isFinite))];
  const values = [estimate.low, estimate.high, ...bounds];
  const [least, most] = [smallest(values), largest(values)];
  // A single value is drawn in the middle of the scale.
  const room = most === least ? Math.abs(most) || 1 : (most - least) * MARGIN;
  const [start, end] = [least - room, most + room];
  const place = (value: number): number => {
    const part = (Math.max(start, Math.min(end, value)) - start) / (end - start);
    return Math.round((LEFT + part * (RIGHT - LEFT)) * 10) / 10;
  };
  const [okFrom, okTo] = [place(range.low), place(range.high)];
  const [from, to] = [place(estimate.low), place(estimate.high)];
  const show = formatterOf(claim);
  const alt = say("estimateAlt", {
    value: show(estimate.value),
    certainty: describeCertainty(claim),
    test: describeTest(claim),
  });
  const parts = [
    `<rect class="ok" x="${okFrom}" y="4" width="${Math.max(0, Math.round((okTo - okFrom) * 10) / 10)}" height="14"/>`,
    `<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${AXIS_Y}" y2="${AXIS_Y}"/>`,
    ...bounds.map((bound) => `<line class="bound" x1="${place(bound)}" x2="${place(bound)}" y1="1" y2="21"/>`),
    ...(to > from ? [`<line class="interval" x1="${from}" x2="${to}" y1="${AXIS_Y}" y2="${AXIS_Y}"/>`] : []),
    `<circle cx="${place(estimate.value)}" cy="${AXIS_Y}" r="4"/>`,
    ...labelsOf([
      ...bounds.map((bound) => ({ at: place(bound), text: show(bound) })),
      { at: place(estimate.value), text: show(estimate.value) },
    ]),
  ];
  return `<svg class="claim-scale" viewBox="0 0 ${WIDTH} 36" focusable="false" role="img" aria-label="${escapeHtml(alt)}">${parts.join("")}</svg>`;
}

/**
 * Places labels in the given order, and leaves out a label that would overlap a placed one; the text beside the scale
 * names its value.
 */
function labelsOf(labels: readonly { readonly at: number; readonly text: string }[]): readonly string[] {
  const placed: number[] = [];
  return labels.flatMap(({ at, text }) => {
    const x = Math.max(LABEL_HALF_WIDTH, Math.min(WIDTH - LABEL_HALF_WIDTH, at));
    if (placed.some((other) => Math.abs(other - x) < 2 * LABEL_HALF_WIDTH)) return [];
    placed.push(x);
    return [`<text x="${x}" y="${TEXT_Y}">${escapeHtml(text)}</text>`];
  });
}
