import { isRecord } from "../../analysis/own-value.ts";

/** Functions of Vega expressions that read or write local time, with the names of their UTC counterparts. */
const UTC_FUNCTIONS: Readonly<Record<string, string>> = {
  datetime: "utc",
  date: "utcdate",
  day: "utcday",
  dayofyear: "utcdayofyear",
  hours: "utchours",
  milliseconds: "utcmilliseconds",
  minutes: "utcminutes",
  month: "utcmonth",
  quarter: "utcquarter",
  seconds: "utcseconds",
  timeFormat: "utcFormat",
  timeOffset: "utcOffset",
  timeParse: "utcParse",
  timeSequence: "utcSequence",
  week: "utcweek",
  year: "utcyear",
};

/** Matches a text in quotes, or the name of a called function. */
const TEXT_OR_CALL = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w$.])([A-Za-z]+)(?=\s*\()/g;

/** Properties of a Vega specification that hold expressions. */
const EXPRESSIONS = new Set(["expr", "signal", "update", "init", "test", "filter"]);

function expressionInUtc(expression: string): string {
  return expression.replace(TEXT_OR_CALL, (token: string, name: string | undefined) =>
    name !== undefined && Object.hasOwn(UTC_FUNCTIONS, name) ? (UTC_FUNCTIONS[name] ?? token) : token,
  );
}

/** Matches a text of a date with a time zone: `Z`, `+01:00`, `GMT`. */
const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2}|\b(?:GMT|UTC|[ECMP][SD]T)\b)/;
const ISO_DAY = /^\d{4}(?:-\d{2}(?:-\d{2})?)?$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;

/** Parses a text as a date, in ms since 1970. A text without a time zone is UTC; undefined if the text is no date. */
export function utcTime(text: string): number | undefined {
  const iso = ISO_TIME.test(text);
  const zoned = ISO_DAY.test(text) || HAS_ZONE.test(iso ? text.slice(10) : text);
  const time = Date.parse(zoned ? text : iso ? `${text.replace(" ", "T")}Z` : `${text} UTC`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * Names of the fields that a compiled specification parses as dates, by `toDate(datum["field"])` or by `format.parse`.
 */
function dateFields(value: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value === "string") {
    for (const [, field = '""'] of value.matchAll(/toDate\(datum\[("(?:[^"\\]|\\.)*")\]\)/g))
      found.add(String(JSON.parse(field)));
  } else if (Array.isArray(value)) for (const item of value) dateFields(item, found);
  else if (isRecord(value)) {
    const parse = value["parse"];
    if (isRecord(parse)) for (const [field, how] of Object.entries(parse)) if (how === "date") found.add(field);
    for (const [key, inner] of Object.entries(value)) if (key !== "values") dateFields(inner, found);
  }
  return found;
}

function rowsInUtc(rows: readonly unknown[], fields: ReadonlySet<string>): readonly unknown[] {
  if (fields.size === 0) return rows;
  return rows.map((row) => {
    if (!isRecord(row)) return row;
    const read = Object.entries(row).map(([key, value]) =>
      fields.has(key) && typeof value === "string" ? [key, utcTime(value) ?? value] : [key, value],
    );
    return Object.fromEntries(read) as Readonly<Record<string, unknown>>;
  });
}

/**
 * Converts a compiled Vega specification to UTC: scales, time units, expressions, and texts parsed as dates. The
 * drawing is then the same under every `TZ`, and in every reader's browser.
 */
export function inUtc<Spec extends object>(spec: Spec): Spec {
  const fields = dateFields(spec);
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return EXPRESSIONS.has(key) ? expressionInUtc(value) : value;
    if (Array.isArray(value))
      return key === "values" ? rowsInUtc(value, fields) : value.map((item) => visit(item, key));
    if (!isRecord(value)) return value;
    const visited = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, visit(inner, name)]));
    if (value["type"] === "time" && "range" in value) return { ...visited, type: "utc" };
    if (value["type"] === "timeunit") return { ...visited, timezone: "utc" };
    if (key === "parse") return parseInUtc(visited);
    return visited;
  };
  return visit(spec, "") as Spec;
}

/** Replaces local date formats by UTC formats: `date:'%d.%m.'` becomes `utc:'%d.%m.'`. */
function parseInUtc(parse: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(parse).map(([field, how]) => [field, typeof how === "string" ? how.replace(/^date:/, "utc:") : how]),
  );
}
