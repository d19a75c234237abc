/**
 * Returns a copy of a value with `map` applied to every string in it: to the value itself, and to items and properties
 * at any depth.
 */
export function mapTexts<Value>(value: Value, map: (text: string) => string): Value {
  return replaceIn(value, map) as Value;
}

function replaceIn(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, map)]));
}
