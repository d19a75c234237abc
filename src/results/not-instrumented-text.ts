import type { NotInstrumentedPlace, OutsidePlace } from "../model/line-profile.ts";

/** Places that a text names; further ones are only counted. */
const MOST_NAMED = 3;

const OUTSIDE: Readonly<Record<OutsidePlace["kind"], string>> = {
  "direct-eval": "`eval`",
  with: "`with`",
  worker: "`new Worker`",
};

/** `` `eval` at report.md:12 `` */
export function describeOutside({ file, line, kind }: OutsidePlace): string {
  return `${OUTSIDE[kind]} at ${file}:${line}`;
}

/** `12 places: a.ts:3 (for-await: its steps are awaited in the function's frame); …; and 9 more` */
export function describeNotInstrumented(places: readonly NotInstrumentedPlace[], count = places.length): string {
  const named = places.slice(0, MOST_NAMED).map(({ file, line, kind, why }) => `${file}:${line} (${kind}: ${why})`);
  const rest = count - named.length;
  const more = rest > 0 ? [`and ${rest} more`] : [];
  return `${count === 1 ? "1 place" : `${count} places`}: ${[...named, ...more].join("; ")}`;
}
