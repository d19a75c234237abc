import { formatBytes } from "../analysis/format.ts";
import { currentLanguage } from "../language.ts";
import type { InexactKind, InexactPlace } from "../model/inexact-places.ts";
import type { LineProfile, NotInstrumentedPlace, OutsidePlace } from "../model/line-profile.ts";
import { join, withAside, withColon } from "../words/punctuation.ts";
import { say } from "../words/say.ts";

/** Number of positions that a text names; further ones are only counted. */
const MOST_NAMED = 3;

const OUTSIDE: Readonly<Record<OutsidePlace["kind"], string>> = {
  "direct-eval": "`eval`",
  with: "`with`",
  worker: "`new Worker`",
};

/** Names a piece of code that is not instrumented: `` `eval` at report.md:12 ``. */
export function describeOutside({ file, line, kind }: OutsidePlace): string {
  return say("outsideAt", { what: OUTSIDE[kind], place: `${file}:${line}` });
}

/**
 * Lists syntax that is not instrumented: `12 places: a.ts:3 (for-await: its steps are awaited in the function's frame);
 * …; and 9 more`.
 */
export function describeNotInstrumented(places: readonly NotInstrumentedPlace[], count = places.length): string {
  // Reasons exist in English only, so that other languages leave them out.
  const reason = ({ kind, why }: NotInstrumentedPlace): string =>
    currentLanguage() === "en" ? `${kind}: ${why}` : kind;
  return listPlaces(places, count, reason);
}

/** Names the first places, each with a remark, and counts the others. */
function listPlaces<P extends { readonly file: string; readonly line: number }>(
  places: readonly P[],
  count: number,
  remark: (place: P) => string,
): string {
  const named = places.slice(0, MOST_NAMED).map((place) => withAside(`${place.file}:${place.line}`, remark(place)));
  const rest = count - named.length;
  const more = rest > 0 ? [say("andMore", { n: rest })] : [];
  return withColon(say("places", { n: count }), join([...named, ...more], "semicolon"));
}

/** What an author calls code of each kind: JavaScript's words, in every language. */
const INEXACT: Readonly<Record<InexactKind, string>> = {
  "async-function": "async function",
  generator: "function*",
  "async-generator": "async function*",
  "promise-all": "Promise.all()",
  "async-return": "return()",
  "for-await": "for await",
};

/** Lists code of which a profile may be off: `2 places: a.ts:3 (async function: 2,400 B); …`. */
export function describeInexact(places: readonly InexactPlace[], count = places.length): string {
  return listPlaces(places, count, ({ kind, allocatedBytes, liveBytes }) =>
    withColon(INEXACT[kind], formatBytes(Math.max(allocatedBytes, liveBytes))),
  );
}

/** Explains why the row for memory outside V8's heap is missing; undefined if the row exists. */
export function describeUnknownExternal({ elsewhere }: Pick<LineProfile, "elsewhere">): string | undefined {
  return elsewhere.unknownExternal === undefined
    ? undefined
    : "Memory outside of V8's heap that no line owns is not known, and not counted: the program has resizable ArrayBuffers (or a frozen ArrayBuffer.prototype, which hides them), and V8 up to Node 23 keeps counting the length with which each was made. Node 24 or newer counts it.";
}
