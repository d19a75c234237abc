/** Domains and ticks, worked out here rather than by Vega, so that labels can be placed against the same scale. */
export interface Scale {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  readonly logarithmic: false | { readonly base: 2 | 10 };
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** The round step that divides `span` into at most `maximumTicks` parts. */
function niceStep(span: number, maximumTicks: number): number {
  const rough = span / maximumTicks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** A number without the dust of binary fractions: 0.30000000000000004 becomes 0.3. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

export interface LinearOptions {
  /** Whether zero must be in the domain: bars and lines of heap. */
  readonly zero: boolean;
  readonly maximumTicks: number;
  /** Whether the ends are moved out to ticks. */
  readonly nice: boolean;
}

/** A linear scale for these values. Equal or absent values still give a domain of some width. */
export function linearScale(values: readonly number[], options: LinearOptions): Scale {
  const all = options.zero ? [0, ...values] : [...values];
  let low = all.length === 0 ? 0 : all.reduce((a, b) => Math.min(a, b));
  let high = all.length === 0 ? 1 : all.reduce((a, b) => Math.max(a, b));
  // Values that agree to six digits would all have the same number for a tick.
  if (high - low <= Math.abs(high) * 1e-6) {
    const room = Math.abs(low) * 0.1;
    [low, high] = low === 0 ? [0, 1] : [low - room, high + room];
  }
  const step = niceStep(high - low, options.maximumTicks);
  const from = options.nice ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  const to = options.nice ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => clean((from + index) * step));
  return { domain: options.nice ? [clean(from * step), clean(to * step)] : [low, high], ticks, logarithmic: false };
}

/** A logarithmic scale for positive values, base 2 where every value is a power of two. Its ends are the values' own. */
export function logarithmicScale(values: readonly number[], maximumTicks: number): Scale {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const base = distinct.every((value) => Number.isInteger(Math.log2(value))) ? 2 : 10;
  let low = distinct[0] ?? 1;
  let high = distinct.at(-1) ?? base;
  if (low === high) [low, high] = [low / base, high * base];
  if (distinct.length > 1 && distinct.length <= maximumTicks && base === 2)
    return { domain: [low, high], ticks: distinct, logarithmic: { base } };
  const logarithm = base === 2 ? Math.log2 : Math.log10;
  const first = Math.ceil(logarithm(low) - 1e-9);
  const last = Math.floor(logarithm(high) + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / maximumTicks));
  const ticks: number[] = [];
  for (let exponent = first; exponent <= last; exponent += stride) ticks.push(base ** exponent);
  // Less than a decade may hold no power at all.
  return {
    domain: [low, high],
    ticks: ticks.length === 0 ? distinct.slice(0, maximumTicks) : ticks,
    logarithmic: { base },
  };
}

/** Where a value stands on a scale drawn from 0 to `lengthPx`. */
export function project(scale: Scale, lengthPx: number, value: number): number {
  const [low, high] =
    scale.logarithmic === false ? scale.domain : [Math.log(scale.domain[0]), Math.log(scale.domain[1])];
  const at = scale.logarithmic === false ? value : Math.log(value);
  return ((at - low) / (high - low)) * lengthPx;
}
