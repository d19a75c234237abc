import { RESERVED } from "./marker-name.ts";
import { type Closure, childrenOf, isFunction, type Node } from "./nodes.ts";
import { type Frame, noteAssignment, Scope } from "./scopes.ts";

export interface ScopeAnalysis {
  readonly root: Scope;
  /** The scope that a node opens. */
  readonly scopeOf: ReadonlyMap<Node, Scope>;
  /** Names that the file assigns without declaring them. */
  readonly assignedGlobals: ReadonlySet<string>;
  /** Whether the file contains a direct `eval(…)`, so that any call may change any variable. */
  readonly hasDirectEval: boolean;
  /** The first identifier in the file whose name is reserved for Heapbook. */
  readonly reserved: Extract<Node, { type: "Identifier" }> | undefined;
  /** Greatest depth, in nodes, of a node below the function (or program) that contains it. */
  readonly deepest: number;
}

/** Returns the names that a pattern binds or assigns. */
function namesIn(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((each) => namesIn(each.type === "Property" ? each.value : each.argument));
    case "ArrayPattern":
      return pattern.elements.flatMap((each) => (each === null ? [] : namesIn(each)));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    case "TSParameterProperty":
      return namesIn(pattern.parameter);
    default:
      return [];
  }
}

/** Finds the variables of a program, and which of them may change while an expression reads them. */
export function analyseScopes(program: Extract<Node, { type: "Program" }>): ScopeAnalysis {
  const analysis = new Analysis();
  const frame: Frame = { parent: undefined, reachableFrom: 0, suspends: false };
  const root = new Scope(undefined, frame, 0);
  analysis.walk(program, { scope: root, vars: root });
  return analysis.finish(root);
}

/** Scopes at the present position of the walk: the one of `let`, and the one of `var`. */
interface WalkContext {
  readonly scope: Scope;
  readonly vars: Scope;
}

/** A node that the walk has not reached yet. */
interface Pending {
  readonly node: Node;
  readonly where: WalkContext;
  readonly depth: number;
}

class Analysis {
  readonly #scopeOf = new Map<Node, Scope>();
  readonly #assignments: { readonly scope: Scope; readonly name: string }[] = [];
  readonly #parameterScopes = new Map<Frame, Scope>();
  /**
   * Frames of functions that use `arguments`. A function that is called may change their parameters through that
   * object.
   */
  readonly #sharingParameters = new Set<Frame>();
  /**
   * Nodes found below the present node, in order. The walk is a loop, because code may be nested deeper than the stack.
   */
  #found: Pending[] = [];
  #depth = 0;
  #deepest = 0;
  #hasDirectEval = false;
  #reserved: ScopeAnalysis["reserved"];

  /** Walks a program, each node before its children, in the order of the source. */
  walk(program: Extract<Node, { type: "Program" }>, where: WalkContext): void {
    this.#walkAll(program.body, where);
    const pending = this.#found.reverse();
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, depth } = next;
      this.#found = [];
      this.#depth = isFunction(node) ? 0 : depth;
      this.#deepest = Math.max(this.#deepest, depth);
      this.#enter(node, next.where);
      for (let each = this.#found.pop(); each !== undefined; each = this.#found.pop()) pending.push(each);
    }
  }

  finish(root: Scope): ScopeAnalysis {
    const assignedGlobals = new Set<string>();
    for (const { scope, name } of this.#assignments) noteAssignment(scope, name, assignedGlobals);
    for (const frame of this.#sharingParameters) {
      for (const binding of this.#parameterScopes.get(frame)?.bindings() ?? []) binding.changesElsewhere = true;
    }
    const [scopeOf, hasDirectEval] = [this.#scopeOf, this.#hasDirectEval];
    return { root, scopeOf, assignedGlobals, hasDirectEval, reserved: this.#reserved, deepest: this.#deepest };
  }

  #walkAll(nodes: readonly Node[], where: WalkContext): void {
    for (const node of nodes) this.#hoist(node, where);
    for (const node of nodes) this.#walk(node, where);
  }

  /** Declares the name of a function declaration, before the statements of its list are walked. */
  #hoist(node: Node, where: WalkContext): void {
    const declared = node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration";
    const statement = declared && node.declaration !== null ? node.declaration : node;
    if (statement.type === "FunctionDeclaration" && statement.id !== null) where.scope.declare(statement.id.name, 0);
  }

  #open(node: Node, parent: Scope, frame: Frame): Scope {
    const scope = new Scope(parent, frame, node.start);
    this.#scopeOf.set(node, scope);
    return scope;
  }

  #assign(pattern: Node, scope: Scope): void {
    for (const name of namesIn(pattern)) this.#assignments.push({ scope, name });
  }

  #walk(node: Node, where: WalkContext): void {
    this.#found.push({ node, where, depth: this.#depth + 1 });
  }

  #enter(node: Node, where: WalkContext): void {
    if (this.#walkFunctions(node, where) || this.#walkBlocks(node, where) || this.#walkDeclarations(node, where))
      return;
    this.#noteChanges(node, where.scope);
    this.#walkChildren(node, where);
  }

  /** Walks code that has a frame of its own, such as a function. Returns false for other nodes. */
  #walkFunctions(node: Node, where: WalkContext): boolean {
    const { scope } = where;
    switch (node.type) {
      case "FunctionDeclaration":
        this.#walkFunction(node, scope, scope.start);
        return true;
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        this.#walkFunction(node, scope, node.start);
        return true;
      case "ClassDeclaration":
      case "ClassExpression":
        this.#walkClass(node, where);
        return true;
      case "StaticBlock":
      case "TSModuleBlock": {
        const inner = this.#openFrame(node, scope, node.start);
        for (const each of node.body) declareExported(each, inner);
        this.#walkAll(node.body, { scope: inner, vars: inner });
        return true;
      }
      case "PropertyDefinition":
      case "AccessorProperty": {
        if (node.computed) this.#walk(node.key, where);
        if (node.value === null) return true;
        const inner = this.#openFrame(node.value, scope, node.start);
        this.#walk(node.value, { scope: inner, vars: inner });
        return true;
      }
      default:
        return false;
    }
  }

  /** Walks a statement that opens a scope in the same frame. Returns false for other nodes. */
  #walkBlocks(node: Node, where: WalkContext): boolean {
    switch (node.type) {
      case "BlockStatement":
        this.#walkAll(node.body, this.#openBlock(node, where));
        return true;
      case "SwitchStatement":
        this.#walkSwitch(node, where);
        return true;
      case "ForStatement":
        this.#walkChildren(node, this.#openBlock(node, where));
        return true;
      case "ForInStatement":
      case "ForOfStatement": {
        const inner = this.#openBlock(node, where);
        if (node.left.type === "VariableDeclaration") this.#declareHead(node.left, inner, node.body.start);
        else this.#assign(node.left, where.scope);
        this.#walkChildren(node, inner);
        return true;
      }
      case "CatchClause": {
        const inner = this.#openBlock(node, where);
        if (node.param !== null) for (const name of namesIn(node.param)) inner.scope.declare(name, node.param.end);
        this.#walkChildren(node, inner);
        return true;
      }
      default:
        return false;
    }
  }

  /** Declares the names of a declaration or import, and walks its code. Returns false for other nodes. */
  #walkDeclarations(node: Node, where: WalkContext): boolean {
    const { scope } = where;
    switch (node.type) {
      case "VariableDeclaration":
        if (!node.declare) this.#walkVariables(node, where);
        return true;
      case "ImportDeclaration":
        for (const each of node.specifiers) {
          scope.declare(each.local.name, 0, each.type === "ImportNamespaceSpecifier", true);
        }
        return true;
      case "TSImportEqualsDeclaration":
        scope.declare(node.id.name, 0, false, true);
        return true;
      case "TSEnumDeclaration":
        scope.declare(node.id.name, 0);
        return true;
      case "TSModuleDeclaration":
        if (node.id.type === "Identifier") scope.declare(node.id.name, 0);
        this.#walkChildren(node, where);
        return true;
      default:
        return false;
    }
  }

  /** Records what an expression changes. Variables: by assignment, `eval` or `arguments`. Its frame: by `await`. */
  #noteChanges(node: Node, scope: Scope): void {
    switch (node.type) {
      case "AssignmentExpression":
        this.#assign(node.left, scope);
        return;
      case "UpdateExpression":
        this.#assign(node.argument, scope);
        return;
      case "CallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "eval") this.#hasDirectEval = true;
        return;
      case "AwaitExpression":
        scope.frame.suspends = true;
        return;
      case "Identifier":
        if (node.name === "arguments") this.#shareParameters(scope.frame);
        else if (RESERVED.test(node.name)) this.#reserved ??= node;
        return;
      default:
    }
  }

  #walkSwitch(node: Extract<Node, { type: "SwitchStatement" }>, where: WalkContext): void {
    this.#walk(node.discriminant, where);
    const inner = this.#openBlock(node, where);
    for (const each of node.cases) for (const statement of each.consequent) this.#hoist(statement, inner);
    for (const each of node.cases) {
      for (const statement of each.consequent) if (isLexical(statement)) declareLexical(statement, inner.scope);
      this.#walkChildren(each, inner);
    }
  }

  /** Opens a scope in a frame of its own, whose code can run from the offset `reachableFrom` on. */
  #openFrame(node: Node, outer: Scope, reachableFrom: number): Scope {
    return this.#open(node, outer, { parent: outer.frame, reachableFrom, suspends: false });
  }

  /** Opens a scope for `let` in the present frame. */
  #openBlock(node: Node, { scope, vars }: WalkContext): WalkContext {
    return { scope: this.#open(node, scope, scope.frame), vars };
  }

  #walkChildren(node: Node, where: WalkContext): void {
    for (const child of childrenOf(node)) this.#walk(child, where);
  }

  #walkFunction(node: Closure, outer: Scope, reachableFrom: number): void {
    const frame = { parent: outer.frame, reachableFrom, suspends: node.async || node.generator };
    const scope = this.#open(node, outer, frame);
    if (node.type === "FunctionExpression" && node.id !== null) scope.declare(node.id.name, 0);
    for (const parameter of node.params) {
      for (const name of namesIn(parameter)) scope.declare(name, parameter.end);
    }
    this.#parameterScopes.set(frame, scope);
    for (const parameter of node.params) this.#walk(parameter, { scope, vars: scope });
    if (node.body === null) return;
    if (node.body.type !== "BlockStatement") {
      this.#walk(node.body, { scope, vars: scope });
      return;
    }
    const body = this.#open(node.body, scope, frame);
    this.#walkAll(node.body.body, { scope: body, vars: body });
  }

  #walkClass(node: Extract<Node, { type: "ClassDeclaration" | "ClassExpression" }>, where: WalkContext): void {
    if (node.declare) return;
    if (node.type === "ClassDeclaration" && node.id !== null) where.scope.declare(node.id.name, node.end);
    const scope = this.#open(node, where.scope, where.scope.frame);
    if (node.type === "ClassExpression" && node.id !== null) scope.declare(node.id.name, node.end);
    this.#walkChildren(node, { scope, vars: where.vars });
  }

  #walkVariables(node: Extract<Node, { type: "VariableDeclaration" }>, where: WalkContext): void {
    const isVar = node.kind === "var";
    for (const { id, init, end } of node.declarations) {
      for (const name of namesIn(id)) {
        if (isVar) where.vars.declare(name, 0);
        else where.scope.declare(name, end);
      }
      if (isVar && init !== null) this.#assign(id, where.scope);
    }
    this.#walkChildren(node, where);
  }

  #declareHead(node: Extract<Node, { type: "VariableDeclaration" }>, where: WalkContext, readyAt: number): void {
    for (const { id } of node.declarations) {
      for (const name of namesIn(id)) {
        if (node.kind === "var") where.vars.declare(name, 0);
        else where.scope.declare(name, readyAt);
      }
      if (node.kind === "var") this.#assign(id, where.scope);
    }
  }

  #shareParameters(frame: Frame): void {
    // An arrow function uses the `arguments` of the function around it.
    for (let each: Frame | undefined = frame; each !== undefined; each = each.parent) this.#sharingParameters.add(each);
  }
}

function isLexical(node: Node): node is Extract<Node, { type: "VariableDeclaration" }> {
  return node.type === "VariableDeclaration" && node.kind !== "var";
}

/**
 * Declares the `let` variables of a `switch`. They are never ready, because a later case may run without the
 * declaration.
 */
function declareLexical(node: Extract<Node, { type: "VariableDeclaration" }>, scope: Scope): void {
  for (const { id } of node.declarations) {
    for (const name of namesIn(id)) scope.declare(name, Number.POSITIVE_INFINITY);
  }
}

/** Declares exported variables of a namespace. They are properties, which other code may assign. */
function declareExported(node: Node, scope: Scope): void {
  if (node.type !== "ExportNamedDeclaration" || node.declaration?.type !== "VariableDeclaration") return;
  for (const { id } of node.declaration.declarations) {
    for (const name of namesIn(id)) scope.declare(name, 0, false, true);
  }
}
