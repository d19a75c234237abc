import type { ReportCard } from "../model/report-card.ts";

const WIDTH = 120;
const HEIGHT = 28;

/**
 * Renders the sparkline of a report card as SVG, without axes, with a scale from zero. Null for a report without
 * numbers.
 */
export function renderSparkline(sparkline: ReportCard["sparkline"]): string | null {
  if (sparkline === null) return null;
  const { kind, values } = sparkline;
  const largest = Math.max(...values.map((value) => (Number.isFinite(value) ? value : 0)), 0);
  const share = (value: number): number => (largest > 0 && Number.isFinite(value) ? Math.max(0, value) / largest : 0);
  const round = (value: number): number => Math.round(value * 10) / 10;
  const y = (value: number): number => round(HEIGHT - 1 - share(value) * (HEIGHT - 2));
  const shapes =
    kind === "line"
      ? `<path d="${values.map((value, index) => `${index === 0 ? "M" : "L"}${round((index * WIDTH) / (values.length - 1))},${y(value)}`).join("")}"/>`
      : values.map((value, index) => bar(index, values.length, y(value), round)).join("");
  return `<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${shapes}</svg>`;
}

function bar(index: number, count: number, top: number, round: (value: number) => number): string {
  const step = WIDTH / count;
  const width = Math.min(step * 0.7, 24);
  const x = round(index * step);
  return `<rect x="${x}" y="${top}" width="${round(width)}" height="${round(HEIGHT - top)}"/>`;
}
