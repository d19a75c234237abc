import { isRecord } from "../../analysis/own-value.ts";

type Properties = Readonly<Record<string, unknown>>;

/**
 * Tick values for every logarithmic axis: powers of ten, and these times 2 and 5. Vega shows only those within the
 * axis.
 */
const EXPONENTS = Array.from({ length: 41 }, (_, index) => index - 20);
const POWERS = EXPONENTS.map((exponent) => Number(`1e${exponent}`));
const ONE_TWO_FIVE = EXPONENTS.flatMap((exponent) => [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)));

/** Least length of a decade, px, for ticks at 1, 2 and 5: numbers stand side by side on x, one below the other on y. */
const DECADE_PX = { x: 150, y: 70 } as const;
/** Length per tick of a linear horizontal axis, px. Vega-Lite uses 40, which fills the axis with numbers. */
const TICK_PX = 80;

/**
 * Sets the ticks of a compiled Vega specification where the author chose none. Logarithmic axes get powers of ten, and
 * these times 2 and 5 if there is room. (Vega draws a line at all nine multiples and labels only some.) Linear
 * horizontal axes get half as many ticks as in Vega-Lite.
 */
export function withHouseTicks<Spec extends object>(spec: Spec): Spec {
  const visit = (group: Properties, scales: ReadonlyMap<string, string>): Properties => {
    const known = new Map(scales);
    for (const scale of list(group["scales"])) known.set(String(scale["name"]), String(scale["type"]));
    const axes = list(group["axes"]).map((axis) => ticked(axis, known.get(String(axis["scale"]))));
    const marks = list(group["marks"]).map((mark) => visit(mark, known));
    return { ...group, ...(axes.length > 0 ? { axes } : {}), ...(marks.length > 0 ? { marks } : {}) };
  };
  return visit(spec as Properties, new Map()) as Spec;
}

const list = (value: unknown): readonly Properties[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/**
 * Time intervals that Vega-Lite and Vega name differently, with Vega's names. Vega ignores Vega-Lite's names, or fails.
 */
const INTERVALS: Readonly<Record<string, string>> = {
  millisecond: "milliseconds",
  second: "seconds",
  minute: "minutes",
  hour: "hours",
};

const intervalOf = (name: unknown): unknown => (typeof name === "string" ? (INTERVALS[name] ?? name) : name);

/** Copies an axis with the interval of its ticks named as Vega expects. */
function withInterval(axis: Properties): Properties {
  const count = axis["tickCount"];
  if (typeof count === "string") return { ...axis, tickCount: intervalOf(count) };
  if (!isRecord(count) || count["interval"] === undefined) return axis;
  return { ...axis, tickCount: { ...count, interval: intervalOf(count["interval"]) } };
}

function ticked(written: Properties, scaleType: string | undefined): Properties {
  const axis = withInterval(written);
  if (axis["values"] !== undefined) return axis;
  const horizontal = axis["orient"] === "top" || axis["orient"] === "bottom";
  if (scaleType === "log") return { ...axis, values: { signal: logValues(String(axis["scale"]), horizontal) } };
  const count = axis["tickCount"];
  const own = isRecord(count) ? count["signal"] : undefined;
  if (!horizontal || scaleType !== "linear" || typeof own !== "string") return axis;
  return { ...axis, tickCount: { signal: own.replace("/40", `/${TICK_PX}`) } };
}

/** A Vega expression that gives the tick values, chosen by the length of a decade. */
function logValues(scale: string, horizontal: boolean): string {
  const name = JSON.stringify(scale);
  const decades = `abs(log(domain(${name})[1] / domain(${name})[0]) / LN10)`;
  const length = `abs(range(${name})[1] - range(${name})[0])`;
  const least = DECADE_PX[horizontal ? "x" : "y"];
  return `${length} / ${decades} < ${least} ? ${JSON.stringify(POWERS)} : ${JSON.stringify(ONE_TWO_FIVE)}`;
}
