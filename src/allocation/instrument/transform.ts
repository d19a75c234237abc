import type MagicString from "magic-string";
import { COUNTER_RANGE, type CountedKind } from "../../model/counted-kinds.ts";
import type { Engine } from "../../model/instrumentation.ts";
import { type LineColumn, lineEnds } from "./line-column.ts";
import { type MarkerKind, markerName, parseMarkerName } from "./marker-name.ts";
import { type MarkerTraits, Metering } from "./metering.ts";
import type { Node } from "./nodes.ts";
import type { PlanContext } from "./plan.ts";
import type { ScopeAnalysis } from "./scope-analysis.ts";
import type { Scope } from "./scopes.ts";
import type { CountedSite, MeteredSite, NotInstrumentedSyntax, OutsideSyntax } from "./types.ts";

export interface TransformOptions {
  readonly source: string;
  readonly edits: MagicString;
  readonly locate: (offset: number) => LineColumn;
  readonly analysis: ScopeAnalysis;
  readonly module: number;
  readonly firstCounter: number;
  readonly engine: Engine;
  readonly isStrict: boolean;
}

/** Of code in no function: column 0, where no function begins. */
const TOP_LEVEL: LineColumn = { line: 1, column: 0 };

/** The state of marking one module: the text as it changes, and where in it the walk is. */
export class Transform implements PlanContext {
  readonly source: string;
  readonly edits: MagicString;
  readonly locate: (offset: number) => LineColumn;
  readonly analysis: ScopeAnalysis;
  readonly sites: CountedSite[] = [];
  readonly notInstrumented: NotInstrumentedSyntax[] = [];
  readonly outside: OutsideSyntax[] = [];

  /** Functions that take their names from where they stand, so that no counter may be put around them. */
  readonly bare = new WeakSet<Node>();

  scope: Scope;
  /** The function in whose frame code runs now. */
  functionStart: LineColumn = TOP_LEVEL;
  /** How this function makes results of `yield` and `await`. */
  functionKind: "plain" | "generator" | "async" | "async-generator" = "plain";
  isStrict: boolean;
  hasUnreadyThis = false;
  /** Whether a marker of the present function has certainly run before what is visited next. */
  isEntered = false;

  readonly #options: TransformOptions;
  readonly #serials = new Map<string, number>();
  readonly #definitions: string[] = [];
  readonly #metering: Metering | undefined;
  #counters = 0;
  #visit: (node: Node) => void = () => {};

  constructor(options: TransformOptions) {
    this.#options = options;
    this.#metering = options.engine === "meter" ? new Metering(options.firstCounter) : undefined;
    this.source = options.source;
    this.edits = options.edits;
    this.locate = options.locate;
    this.analysis = options.analysis;
    this.scope = options.analysis.root;
    this.isStrict = options.isStrict;
  }

  get assignedGlobals(): ReadonlySet<string> {
    return this.analysis.assignedGlobals;
  }

  get hasDirectEval(): boolean {
    return this.analysis.hasDirectEval;
  }

  /** Says how nodes are visited; the visitors of families of syntax call each other by it. */
  visitWith(visit: (node: Node) => void): void {
    this.#visit = visit;
  }

  visit(node: Node): void {
    this.#visit(node);
  }

  visitAll(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) if (node !== null) this.#visit(node);
  }

  /** Visits code that may not run, or not after what stands before it. */
  onCondition(visit: () => void): void {
    const { isEntered } = this;
    visit();
    this.isEntered = isEntered;
  }

  /** The code that stays here allocates in the function's own frame. */
  noteAllocating(): void {
    this.#metering?.noteAllocating(this.functionStart);
  }

  /** Whether markers are written for the meter. */
  get isMetered(): boolean {
    return this.#metering !== undefined;
  }

  /** A name for a marker that no other has. */
  nameMarker(kind: MarkerKind, offset: number): string {
    const place = { kind, module: this.#options.module, ...this.locate(offset) };
    const name = markerName(place);
    const serial = this.#serials.get(name) ?? 0;
    this.#serials.set(name, serial + 1);
    return markerName(place, serial);
  }

  /**
   * Defines a function after the last line of the module. It is as strict as the code that it was taken from.
   * @param traits `isEntered` is what the walk knows, unless the marker runs at another moment than after what was visited
   */
  define(name: string, parameters: readonly string[], body: string, traits: MarkerTraits = {}): void {
    const directive = this.isStrict && !this.#options.isStrict ? '"use strict";' : "";
    if (this.#metering === undefined) {
      this.#definitions.push(`function ${name}(${parameters.join(",")}){${directive}${body}}`);
      return;
    }
    const place = parseMarkerName(name);
    if (place === undefined) throw new RangeError(`${name} is no marker`);
    const { functionStart } = this;
    const { makesSmallObjects = false, isEntered = this.isEntered } = traits;
    this.#metering.plan(place.kind, place.line, {
      name,
      parameters,
      directive,
      body,
      functionStart,
      makesSmallObjects,
      isEntered,
    });
    if (traits.isEntered === undefined) this.isEntered = true;
  }

  /** The marker functions, to stand after the last line. */
  definitions(): readonly string[] {
    return this.#metering?.definitions() ?? this.#definitions;
  }

  get metered(): readonly MeteredSite[] {
    return this.#metering?.sites ?? [];
  }

  /** Puts an expression between two texts. Expressions inside of it must have been visited. */
  enclose(node: Node, before: string, after = ")"): void {
    this.edits.prependRight(node.start, this.apart(node.start) + before);
    this.edits.appendLeft(node.end, after);
  }

  /** Replaces a range, not empty, that no other edit touches; the lines after it keep their numbers. */
  replace(start: number, end: number, text: string): void {
    this.edits.overwrite(start, end, text + lineEnds(this.source.slice(start, end)), { contentOnly: true });
  }

  /** A space where the text before an offset is a word (`return[1]`), to which a name must not be glued. */
  apart(offset: number): string {
    return offset > 0 && /[\w$\u0080-\uffff]/.test(this.source[offset - 1] ?? "") ? " " : "";
  }

  get counters(): number {
    return this.#metering?.sites.length ?? this.#counters;
  }

  /**
   * A new counted site, whose allocation happens in the frame of the present function. Gives the code that counts it.
   * @param when whether that code runs after the allocation (`made`) or before it (`due`)
   */
  count(kind: CountedKind, offset: number, when: "made" | "due"): { readonly counter: number; readonly text: string } {
    const counter = this.#options.firstCounter + this.#counters++;
    const { line, column } = this.functionStart;
    if (this.#metering !== undefined) {
      return { counter, text: this.#metering.countText(kind, this.locate(offset).line, this.functionStart, when) };
    }
    this.sites.push({ counter, kind, line: this.locate(offset).line, functionLine: line, functionColumn: column });
    return { counter, text: countUp(counter) };
  }

  /** A site that is counted whenever its thunk is, in whose frame it happens. */
  shareSite(kind: CountedKind, offset: number, counter: number, thunk: string): void {
    if (this.#metering !== undefined) return; // it is made in the marker that calls the thunk
    const { line, column } = this.functionStart;
    const place = { line: this.locate(offset).line, functionLine: line, functionColumn: column };
    this.sites.push({ counter, kind, ...place, thunk });
  }

  /** The name of a marker that counts its calls and hands back what it is given. */
  counterMarker(kind: CountedKind, offset: number, when: "made" | "due"): string {
    const name = this.nameMarker("counter", offset);
    this.define(name, ["value"], `${this.count(kind, offset, when).text}return value;`);
    return name;
  }

  leaveInPlace(node: Node, kind: string, why: string): void {
    this.noteAllocating();
    const { line, column } = this.functionStart;
    const place = { line: this.locate(node.start).line, functionLine: line, functionColumn: column };
    this.notInstrumented.push({ ...place, kind, why });
  }
}

/** Code that counts without allocating: a counter is two small integers, the second counts the overflows of the first. */
function countUp(counter: number): string {
  const low = 2 * counter;
  return `if(++$hbCounters[${low}]===${COUNTER_RANGE}){$hbCounters[${low}]=0;++$hbCounters[${low + 1}];}`;
}
