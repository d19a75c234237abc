import MagicString from "magic-string";
import { parseSync } from "oxc-parser";
import { UserError } from "../../errors.ts";
import { isStrictBody } from "./directives.ts";
import { findDeep, isNestedTooDeep, MOST_LEVELS, NONE_DEEP } from "./levels.ts";
import { lineColumnsOf } from "./line-column.ts";
import type { Marks } from "./marks.ts";
import type { Node } from "./nodes.ts";
import { registerBounds } from "./register-bounds.ts";
import { analyseScopes } from "./scope-analysis.ts";
import { withOwnStackLimit } from "./stack-limit.ts";
import { Transform } from "./transform.ts";
import type { InexactSyntax, InstrumentOptions, InstrumentResult } from "./types.ts";
import { visitNode } from "./visit.ts";

/**
 * Matches the comment that names a compiled file's source map. The comment is removed: esbuild would apply the map, and
 * lines would be those of another file.
 */
const SOURCE_MAP = /^[#@]\s*sourceMappingURL=/;

/**
 * Instruments a module, so that V8's profilers or the meter can assign its allocations to lines.
 *
 * Every expression E(o1..on) that may allocate becomes a call of a line marker, `$hb0m12_7(o1..on)`. The operands are
 * evaluated in place. `function $hb0m12_7(o1..on){return E(o1..on)}` is appended after the last line. The allocation
 * then happens in a frame whose name contains the line, without additional closures or contexts. Allocations that
 * cannot move into a marker are counted (`sites`) or stay in place (`notInstrumented`).
 *
 * Line n of the result is line n of the source, and TypeScript stays TypeScript. `installMarkers()` of
 * harness/markers.ts must run before the instrumented code.
 * @throws UserError `syntax-error` at its line; `reserved-name` if the code uses a name of markers; `too-deep` if the
 * code is nested too deep
 */
export function instrument(source: string, options: InstrumentOptions): InstrumentResult {
  const { transform, edits, definitions } = transformSource(source, options);
  edits.append(`\n${definitions}\n`);
  const { sites, counters, metered, notInstrumented, outside } = transform;
  const code = edits.toString();
  return { code, sites, counters, metered, notInstrumented, outside, inexact: inexactOf(transform, code, options) };
}

/** The code that the engine counts inexactly. Functions get the bytes by which each of their calls may differ with markers. */
function inexactOf(
  { inexact, suspendable }: Transform,
  code: string,
  { fileName, sourceType }: InstrumentOptions,
): readonly InexactSyntax[] {
  if (suspendable.length === 0) return inexact;
  const bounds = registerBounds(parseSync(fileName, code, { sourceType }).program);
  const functions = [...suspendable].sort((a, b) => a.start - b.start);
  if (functions.length !== bounds.length) {
    throw new RangeError(`${fileName} has ${functions.length} such functions, and ${bounds.length} with markers`);
  }
  const places = functions.map(({ start: _, ...place }, i) => ({ ...place, errorBoundBytes: bounds[i] ?? 0 }));
  return [...places.filter(({ errorBoundBytes }) => errorBoundBytes > 0), ...inexact];
}

/** Source and edits of an instrumented module, before the code of the markers is appended. */
export interface Transformed {
  readonly program: Node;
  readonly transform: Transform;
  readonly edits: MagicString;
  /** The code of the markers. Contains marks if `transformSource()` got `marks`. */
  readonly definitions: string;
}

/**
 * Edits the source of a module, and writes the code of its markers.
 * @param marks records from where in the source the code of markers comes
 * @throws UserError as `instrument()`
 */
export function transformSource(source: string, options: InstrumentOptions, marks?: Marks): Transformed {
  try {
    if (!isNestedTooDeep(source)) return transformed(source, options, marks);
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes("call stack"))) throw error;
  }
  const { fileName: file } = options;
  throw new UserError(`${file} is nested too deep for line profiles.`, {
    code: "too-deep",
    position: { file, line: 1, column: 1 },
    hint: "Hundreds of functions, blocks or brackets stand in each other.",
    exitCode: 1,
  });
}

function transformed(written: string, options: InstrumentOptions, marks?: Marks): Transformed {
  const { fileName, sourceType, module, firstCounter, engine = "tracker", namesErrors = false } = options;
  let source = written;
  let parsed = parseSync(fileName, source, { sourceType });
  if (namesErrors && written.includes("stackTraceLimit")) {
    source = withOwnStackLimit(written, parsed.program);
    if (source !== written) parsed = parseSync(fileName, source, { sourceType });
  }
  const { program, errors, comments } = parsed;
  const locate = lineColumnsOf(source);
  const error = errors.find((each) => each.severity === "Error");
  if (error !== undefined) {
    const position = { file: fileName, ...locate(error.labels[0]?.start ?? 0) };
    const hint = error.helpMessage ?? undefined;
    throw new UserError(error.message, { code: "syntax-error", position, hint, exitCode: 1 });
  }
  const edits = new MagicString(source);
  const analysis = analyseScopes(program);
  const { reserved } = analysis;
  if (reserved !== undefined) {
    const position = { file: fileName, ...locate(reserved.start) };
    const hint = "Rename it.";
    const message = `The name \`${reserved.name}\` is reserved for Heapbook's markers.`;
    throw new UserError(message, { code: "reserved-name", position, hint, exitCode: 1 });
  }
  const isStrict = sourceType === "module" || isStrictBody(program.body);
  const deep = analysis.deepest > MOST_LEVELS ? findDeep(program) : NONE_DEEP;
  const transform = new Transform({
    source,
    edits,
    locate,
    analysis,
    module,
    firstCounter,
    engine,
    namesErrors,
    isStrict,
    marks,
    deep,
  });
  transform.visitWith((node) => visitNode(transform, node));
  transform.visit(program);
  for (const { value, start, end } of comments) {
    if (SOURCE_MAP.test(value)) edits.remove(start, end);
  }
  return { program, transform, edits, definitions: transform.definitions().join("\n") };
}
