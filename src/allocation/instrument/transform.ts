import type MagicString from "magic-string";
import { COUNTER_RANGE, type CountedKind } from "../../model/counted-kinds.ts";
import type { Engine } from "../../model/instrumentation.ts";
import { type LineColumn, lineEnds } from "./line-column.ts";
import { type MarkerKind, markerName, parseMarkerName } from "./marker-name.ts";
import type { Marks } from "./marks.ts";
import { type MarkerTraits, Metering } from "./metering.ts";
import type { Node } from "./nodes.ts";
import type { PlanContext } from "./plan.ts";
import type { ScopeAnalysis } from "./scope-analysis.ts";
import type { Scope } from "./scopes.ts";
import type { CountedSite, InexactSyntax, MeteredSite, NotInstrumentedSyntax, OutsideSyntax } from "./types.ts";

export interface TransformOptions {
  readonly source: string;
  readonly edits: MagicString;
  readonly locate: (offset: number) => LineColumn;
  readonly analysis: ScopeAnalysis;
  readonly module: number;
  readonly firstCounter: number;
  readonly engine: Engine;
  readonly namesErrors: boolean;
  readonly isStrict: boolean;
  readonly marks: Marks | undefined;
  /** Nodes that are too deep for markers: more than `MOST_LEVELS` levels below them (levels.ts). */
  readonly deep: ReadonlySet<Node>;
}

/**
 * Whether V8 may name a marker's parameter in an error of these statements: if a parameter precedes a call, a spread or
 * an iteration.
 */
function mayName(statements: string): boolean {
  const first = statements.search(/\$(?:\d|hb_)/);
  if (first < 0) return false;
  if (statements.lastIndexOf("(") > first || statements.lastIndexOf("`") > first) return true;
  return statements.includes("...") || statements.includes("]=") || /\bof\b/.test(statements);
}

/** Kinds of syntax left in place during which other functions run. */
const SUSPENDING: ReadonlySet<string> = new Set(["super-call", "yield*", "for-await"]);

/** Stands for code outside of functions. Column 0, where no function begins. */
const TOP_LEVEL: LineColumn = { line: 1, column: 0 };

/** State of the instrumentation of one module: edited source, and position of the walk. */
export class Transform implements PlanContext {
  readonly source: string;
  readonly edits: MagicString;
  readonly locate: (offset: number) => LineColumn;
  readonly analysis: ScopeAnalysis;
  readonly sites: CountedSite[] = [];
  readonly notInstrumented: NotInstrumentedSyntax[] = [];
  readonly outside: OutsideSyntax[] = [];
  /** Code that the engine counts inexactly, without functions. */
  readonly inexact: InexactSyntax[] = [];
  /** Async and generator functions visited so far. */
  readonly suspendable: (Omit<InexactSyntax, "errorBoundBytes"> & { readonly start: number })[] = [];

  /** Functions that take their names from their context, so that no counting call may wrap them. */
  readonly bare = new WeakSet<Node>();

  scope: Scope;
  /** Start of the function whose code is being visited. */
  functionStart: LineColumn = TOP_LEVEL;
  /** Kind of the function whose code is being visited. Decides what `yield` and `await` allocate. */
  functionKind: "plain" | "generator" | "async" | "async-generator" = "plain";
  isStrict: boolean;
  hasUnreadyThis = false;
  /** Whether a marker of the function being visited has certainly run before the code that is visited next. */
  isEntered = false;
  /** Whether the visited code of that function contains `await`. */
  hasAwait = false;
  /** Whether the visited code of that function allocates outside of markers. */
  allocatesInPlace = false;
  /** `return` statements of that function visited so far. */
  returns: Extract<Node, { type: "ReturnStatement" }>[] = [];

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

  /** Records from where the code of markers comes. Undefined unless positions are searched (positions.ts). */
  get marks(): Marks | undefined {
    return this.#options.marks;
  }

  /**
   * Returns a mark for code of a marker that comes from an offset of the source; empty unless positions are searched.
   */
  mark(offset: number, node?: Node): string {
    return this.#options.marks?.add(offset, node) ?? "";
  }

  /** Calls over whose value a statement iterates. V8's message for a callee that is not a function mentions this. */
  readonly iterated = new Set<Node>();

  /**
   * Wraps statements of a marker so that V8's errors have the author's names in the message, if the statements may name
   * a parameter.
   * @param node the expression of the marker
   */
  naming(statements: string, node?: Node): string {
    if (!this.#options.namesErrors || (!mayName(statements) && (node === undefined || !this.iterated.has(node))))
      return statements;
    return `try{${statements}}catch($hb_x){throw $hbNamed($hb_x);}`;
  }

  /** Whether a node is too deep for markers: more than `MOST_LEVELS` levels below it. */
  isDeep(node: Node): boolean {
    return this.#options.deep.has(node);
  }

  get assignedGlobals(): ReadonlySet<string> {
    return this.analysis.assignedGlobals;
  }

  get hasDirectEval(): boolean {
    return this.analysis.hasDirectEval;
  }

  /** Sets the function that visits a node. The visitors of the kinds of syntax call each other through it. */
  visitWith(visit: (node: Node) => void): void {
    this.#visit = visit;
  }

  visit(node: Node): void {
    this.#visit(node);
  }

  visitAll(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) if (node !== null) this.#visit(node);
  }

  /** Visits code that may not run, or that may not run directly after the code before it. */
  onCondition(visit: () => void): void {
    const { isEntered } = this;
    visit();
    this.isEntered = isEntered;
  }

  /** Records that code outside of markers allocates in the frame of the present function. */
  noteAllocating(): void {
    this.allocatesInPlace = true;
    this.#metering?.noteAllocating(this.functionStart);
  }

  /** Returns a new, unique name for a marker. */
  nameMarker(kind: MarkerKind, offset: number): string {
    const place = { kind, module: this.#options.module, ...this.locate(offset) };
    const name = markerName(place);
    const serial = this.#serials.get(name) ?? 0;
    this.#serials.set(name, serial + 1);
    return markerName(place, serial);
  }

  /**
   * Defines a marker function after the last line of the module, in the strict mode of the expression's code.
   * @param traits give `isEntered` if the marker does not run after the code visited so far. Default: the state of the
   * walk
   */
  define(name: string, parameters: readonly string[], body: string, traits: MarkerTraits = {}): void {
    const directive = this.isStrict && !this.#options.isStrict ? '"use strict";' : "";
    const { before = "" } = traits;
    if (this.#metering === undefined) {
      this.#definitions.push(`function ${name}(${parameters.join(",")}){${directive}${before}${body}}`);
      return;
    }
    const place = parseMarkerName(name);
    if (place === undefined) throw new RangeError(`${name} is not the name of a marker`);
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
      before,
    });
    if (traits.isEntered === undefined) this.isEntered = true;
  }

  /** Returns the code of all marker functions. */
  definitions(): readonly string[] {
    return this.#metering?.definitions() ?? this.#definitions;
  }

  get metered(): readonly MeteredSite[] {
    return this.#metering?.sites ?? [];
  }

  /** Inserts text before and after an expression. Call it after the expressions inside were visited. */
  enclose(node: Node, before: string, after = ")"): void {
    this.edits.prependRight(node.start, this.apart(node.start) + before);
    this.edits.appendLeft(node.end, after);
  }

  /** Replaces a range that is not empty and overlaps no other edit. The lines below keep their numbers. */
  replace(start: number, end: number, text: string): void {
    this.edits.overwrite(start, end, text + lineEnds(this.source.slice(start, end)), { contentOnly: true });
  }

  /** Returns a space if the character before an offset would continue a word (`return[1]`); otherwise an empty text. */
  apart(offset: number): string {
    return offset > 0 && /[\w$\u0080-\uffff]/.test(this.source[offset - 1] ?? "") ? " " : "";
  }

  get counters(): number {
    return this.#metering?.sites.length ?? this.#counters;
  }

  /**
   * Adds a counted site whose allocation happens in the frame of the present function. Returns its counter, and the
   * code that counts.
   * @param when whether the code runs after the allocation (`made`) or before it (`due`)
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

  /** Adds a counted site whose allocation happens in the frame of a thunk. The site shares the thunk's counter. */
  shareSite(kind: CountedKind, offset: number, counter: number, thunk: string): void {
    if (this.#metering !== undefined) return; // the marker that calls the thunk meters it
    const { line, column } = this.functionStart;
    const place = { line: this.locate(offset).line, functionLine: line, functionColumn: column };
    this.sites.push({ counter, kind, ...place, thunk });
  }

  /**
   * Defines the marker that an async or generator function calls at its start, so that the meter counts its calls and
   * recognises the function's first `await`. Returns the marker's name and the site that counts; undefined for other
   * engines.
   */
  beginMarker(offset: number): { readonly name: string; readonly counter: number } | undefined {
    if (this.#metering === undefined) return undefined;
    const name = this.nameMarker("counter", offset);
    const counter = this.#metering.callSite(this.functionStart.line);
    const begin = this.hasAwait ? `$hbmBegin(${this.#metering.noteAllocating(this.functionStart)});` : "";
    this.define(name, [], `$hbmAdd(${counter},0);${begin}`);
    return { name, counter };
  }

  /** Whether the engine is `meter`, which reads the bytes in use between the markers of a function. */
  get isMetered(): boolean {
    return this.#metering !== undefined;
  }

  /**
   * Defines the marker by which the meter assigns to a function what it allocated since the last reading. The marker
   * returns its argument. Returns the marker's name.
   * @param function_ `$hbmHere` if the function goes on; `$hbmLeave` if it ends
   */
  ownMarker(function_: "$hbmHere" | "$hbmLeave", offset: number): string {
    const site = this.#metering?.noteAllocating(this.functionStart);
    const name = this.nameMarker("counter", offset);
    this.define(name, ["value"], `${function_}(${site});return value;`, { isEntered: false });
    return name;
  }

  /**
   * Defines the marker that receives the value of an `await`, so that the meter notices the new turn. Returns the
   * marker's name; undefined for other engines.
   */
  resumeMarker(offset: number): string | undefined {
    if (this.#metering === undefined) return undefined;
    const name = this.nameMarker("counter", offset);
    this.define(name, ["value"], "$hbmResume();return value;");
    return name;
  }

  /** Defines a marker that counts its calls and returns its argument. Returns the marker's name. */
  counterMarker(kind: CountedKind, offset: number, when: "made" | "due"): string {
    const name = this.nameMarker("counter", offset);
    this.define(name, ["value"], `${this.count(kind, offset, when).text}return value;`);
    return name;
  }

  /**
   * Returns a statement that counts one allocation, and its counter. By default, an allocation that happens after the
   * statement.
   */
  countingCall(
    kind: CountedKind,
    offset: number,
    when: "made" | "due" = "due",
  ): { readonly call: string; readonly counter: number } {
    const name = this.nameMarker("counter", offset);
    const { text, counter } = this.count(kind, offset, when);
    this.define(name, [], text);
    return { call: `${name}();`, counter };
  }

  /** Records syntax that may allocate and stays outside of markers. */
  leaveInPlace(node: Node, kind: string, why: string): void {
    // Allocations of such syntax are assigned where they go on: to the call of the constructor, or to the step of an
    // iteration.
    if (SUSPENDING.has(kind)) this.#metering?.noteAllocating(this.functionStart);
    else this.noteAllocating();
    const { line, column } = this.functionStart;
    const place = { line: this.locate(node.start).line, functionLine: line, functionColumn: column };
    this.notInstrumented.push({ ...place, kind, why });
  }
}

/** Returns code that increments a counter without allocating (`COUNTER_RANGE`). */
function countUp(counter: number): string {
  const low = 2 * counter;
  return `if(++$hbCounters[${low}]===${COUNTER_RANGE}){$hbCounters[${low}]=0;++$hbCounters[${low + 1}];}`;
}
