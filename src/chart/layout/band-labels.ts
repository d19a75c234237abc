import type { PlacedLabel, Point } from "./labels.ts";
import { LINE_HEIGHT_PX, labelWidth } from "./text-metrics.ts";

/** A layer of a stack: its upper and lower edge at the same x, in px, y downwards. */
export interface Band {
  readonly text: string;
  readonly colour: string;
  readonly upper: readonly Point[];
  readonly lower: readonly Point[];
}

const STEP_PX = 6;

/** y of a line through points in order of x; at a step, the value that leaves less room is found by asking both sides. */
function heightsWithin(line: readonly Point[], from: number, to: number): readonly number[] {
  const inside = line.filter((point) => point.x >= from && point.x <= to).map((point) => point.y);
  return [...inside, heightAt(line, from), heightAt(line, to)];
}

function heightAt(line: readonly Point[], x: number): number {
  const next = line.findIndex((point) => point.x >= x);
  const right = line[next] ?? line.at(-1);
  const left = line[next - 1] ?? right;
  if (left === undefined || right === undefined) return 0;
  if (right.x === left.x) return right.y;
  return left.y + ((right.y - left.y) * (x - left.x)) / (right.x - left.x);
}

/** The name of a layer inside it, where it is thickest; undefined where it is nowhere thick enough for a line of text. */
export function placeInBand({ text, colour, upper, lower }: Band): PlacedLabel | undefined {
  const width = labelWidth(text, true) + 4;
  const [first] = upper;
  const last = upper.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let best: { readonly x: number; readonly y: number; readonly room: number } | undefined;
  for (let left = first.x + 2; left + width <= last.x; left += STEP_PX) {
    const top = Math.max(...heightsWithin(upper, left, left + width));
    const bottom = Math.min(...heightsWithin(lower, left, left + width));
    const room = bottom - top;
    if (room >= LINE_HEIGHT_PX + 1 && room > (best?.room ?? 0)) best = { x: left + 2, y: (top + bottom) / 2, room };
  }
  return best === undefined ? undefined : { text, bold: true, colour, x: best.x, y: best.y, align: "left" };
}
