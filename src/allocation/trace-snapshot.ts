import { createReadStream } from "node:fs";
import { EdgeOwners } from "./edge-owners.ts";
import { LongStrings } from "./long-strings.ts";
import { NumberList } from "./number-list.ts";
import type { TypedObjects } from "./object-types.ts";
import type { SnapshotMeta } from "./snapshot-meta.ts";
import { type NumberSink, SnapshotScanner, type SnapshotVisitor } from "./snapshot-scanner.ts";
import { BLOCK_TYPE, TypeSums } from "./type-sums.ts";

/** A function of V8's trace tree. Line and column count from 1; 0 if V8 reports none. */
export interface TraceFunction {
  readonly name: string;
  /** URL or path of the function's script; empty for V8's builtins. */
  readonly script: string;
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
}

/**
 * Live closures allocated by one node of the trace tree that have the same code, and the position where this code
 * begins.
 */
export interface LiveClosures {
  readonly traceNode: number;
  readonly scriptId: number;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  bytes: number;
  objects: number;
}

/**
 * The allocations in a heap snapshot that was written while V8's allocation tracker ran. Contains all allocations since
 * tracking began, and the live objects, both by node of the tracker's trace tree. The lists are indexed by node number.
 */
export interface TraceSnapshot {
  /** Greatest object id in the heap. Objects allocated after the snapshot get greater ids. */
  readonly lastObjectId: number;
  readonly functions: readonly TraceFunction[];
  /** Node numbers; each node comes after its parent. */
  readonly order: NumberList;
  readonly parents: NumberList;
  /** Index into `functions`. */
  readonly functionOf: NumberList;
  /** Self allocations of each node since tracking began, freed objects included. */
  readonly allocations: NumberList;
  readonly allocatedBytes: NumberList;
  /** Self live objects of each node, without closures and without objects that V8 made for itself. */
  readonly liveObjects: NumberList;
  readonly liveBytes: NumberList;
  /** Live objects that V8 made for itself: code, feedback, shapes of objects. */
  readonly internalObjects: NumberList;
  readonly internalBytes: NumberList;
  /** Part of `liveBytes` outside of V8's heap: bytes of ArrayBuffers and, from Node 24 on, of strings. */
  readonly outsideBytes: NumberList;
  /** Part of `outsideBytes` in strings with 2 bytes a character. */
  readonly outsideWideBytes: NumberList;
  readonly closures: readonly LiveClosures[];
  /** Self live objects, closures included, by node and type. */
  readonly types: TypedObjects;
}

/** Types of objects that V8 makes for itself. */
const INTERNAL_TYPES: ReadonlySet<string> = new Set(["code", "object shape"]);

/**
 * Type of objects that are not JavaScript values. Most of them are parts of the program's objects: properties, frames
 * of an Error's stack, accessors, weak cells, requests of async generators. `INTERNAL_NAMES` matches the others.
 */
const HIDDEN_TYPE = "hidden";

/**
 * Matches names of hidden objects that V8 makes for itself: parts of modules and scripts, its caches of number strings,
 * its own lists.
 */
const INTERNAL_NAMES =
  /^system \/ (?:Bytecode|Double|Smi|Number|Interpreter|Module|Script|SourceText|Shared|Trusted|Uncompiled|Weak(?:Array|Fixed))/;

/** Number of fields of a trace tree node before its children: id, function, count, size. */
const TREE_FIELDS = 4;

class TraceReader implements SnapshotVisitor {
  readonly #firstObjectId: number;
  readonly order = new NumberList();
  readonly parents = new NumberList();
  readonly functionOf = new NumberList();
  readonly allocations = new NumberList();
  readonly allocatedBytes = new NumberList();
  readonly liveObjects = new NumberList();
  readonly liveBytes = new NumberList();
  readonly internalObjects = new NumberList();
  readonly internalBytes = new NumberList();
  readonly outsideBytes = new NumberList();
  readonly outsideWideBytes = new NumberList();
  /** Traced strings that may be outside of V8's heap. */
  readonly #longStrings = new LongStrings();
  lastObjectId = 0;
  #meta: SnapshotMeta | undefined;
  /** Fields of all functions, one function after another. */
  readonly #functionNumbers = new NumberList();
  readonly #strings = new Map<number, string>();
  /** For each traced closure: offset in the section `nodes`, trace node, bytes. */
  readonly #closureAt = new NumberList();
  readonly #closureNode = new NumberList();
  readonly #closureBytes = new NumberList();
  readonly #closures = new Map<string, LiveClosures>();
  readonly #types = new TypeSums();
  readonly #hidden = new TypeSums();
  /** Bytes of memory blocks outside of V8's heap, by offset in the section `nodes`. */
  readonly #blocks = new Map<number, number>();
  /** Offset of a memory block in `nodes`, by number of an edge that leads to the block. */
  readonly #blockEdges = new Map<number, number>();

  /** @param firstObjectId objects with this id or a smaller one are skipped */
  constructor(firstObjectId: number) {
    this.#firstObjectId = firstObjectId;
  }

  header(header: unknown): void {
    const { meta } = header as { meta: SnapshotMeta };
    this.#meta = meta;
  }

  numbers(section: string): NumberSink | undefined {
    switch (section) {
      case "nodes":
        return this.#nodes();
      case "trace_function_infos":
        return { number: (value) => this.#functionNumbers.push(value) };
      case "trace_tree":
        return this.#tree();
      case "edges":
        return this.#blocks.size === 0 && this.#longStrings.isEmpty ? undefined : this.#edges();
      case "locations":
        return this.#locations();
      default:
        return undefined;
    }
  }

  wantsString(index: number): boolean {
    if (this.#strings.size === 0) this.#markStrings();
    return this.#strings.has(index);
  }

  string(index: number, text: string): void {
    this.#strings.set(index, text);
  }

  /** Numbers of the edges that lead to memory blocks, in ascending order. */
  listBlockEdges(): readonly number[] {
    return [...this.#blockEdges.keys()];
  }

  /**
   * Adds each memory block of an ArrayBuffer to the trace node of an object that owns the block. V8 tracks no blocks
   * itself.
   * @param owners trace node of the object at the start of each edge
   */
  addBlocks(owners: ReadonlyMap<number, number>): void {
    for (const [edge, traceNode] of owners) {
      const place = this.#blockEdges.get(edge) ?? -1;
      const bytes = this.#blocks.get(place);
      if (bytes === undefined) continue;
      this.#blocks.delete(place); // two objects may share one block
      this.liveBytes.add(traceNode, bytes);
      this.outsideBytes.add(traceNode, bytes);
      this.#types.add(traceNode, BLOCK_TYPE, bytes);
    }
  }

  finish(): TraceSnapshot {
    this.#divideHidden();
    for (const { traceNode, bytes, isWide } of this.#longStrings.outside((index) => this.#strings.get(index) ?? "")) {
      this.outsideBytes.add(traceNode, bytes);
      if (isWide) this.outsideWideBytes.add(traceNode, bytes);
    }
    const { order, parents, functionOf, allocations, allocatedBytes } = this;
    const { liveObjects, liveBytes, internalObjects, internalBytes, lastObjectId } = this;
    const tree = { order, parents, functionOf, allocations, allocatedBytes };
    const live = { liveObjects, liveBytes, internalObjects, internalBytes };
    const types = this.#types.finish((index) => this.#strings.get(index) ?? "");
    const closures = [...this.#closures.values()];
    const { outsideBytes, outsideWideBytes } = this;
    const outside = { outsideBytes, outsideWideBytes };
    return { lastObjectId, ...outside, functions: this.#functions(), ...tree, ...live, closures, types };
  }

  /** Divides hidden objects into the program's and V8's own. Called once their names are known. */
  #divideHidden(): void {
    for (const { traceNode, name, bytes, objects } of this.#hidden.named()) {
      if (typeof name === "number" && INTERNAL_NAMES.test(this.#strings.get(name) ?? "")) {
        this.internalObjects.add(traceNode, objects);
        this.internalBytes.add(traceNode, bytes);
        continue;
      }
      this.liveObjects.add(traceNode, objects);
      this.liveBytes.add(traceNode, bytes);
      this.#types.add(traceNode, name, bytes, objects);
    }
  }

  #fields(): SnapshotMeta {
    if (this.#meta === undefined) throw new Error("a heap snapshot has no header");
    return this.#meta;
  }

  /** Sums up the sizes of objects by trace node, so that no object is kept. */
  #nodes(): NumberSink {
    const { node_fields, node_types } = this.#fields();
    const size = node_fields.length;
    const [typeAt, nameAt, idAt, sizeAt, edgesAt, traceAt] = [
      ...["type", "name", "id", "self_size", "edge_count", "trace_node_id"],
    ].map((field) => node_fields.indexOf(field)) as [number, number, number, number, number, number];
    const types = node_types[0];
    const [nativeType, objectType] = [types.indexOf("native"), types.indexOf("object")];
    const isInternal = node_types[0].map((type) => INTERNAL_TYPES.has(type));
    const closureType = types.indexOf("closure");
    const [stringType, shapeType] = [types.indexOf("string"), types.indexOf("object shape")];
    let edges = 0;
    const hiddenType = types.indexOf(HIDDEN_TYPE);
    const fields = new Float64Array(size);
    let field = 0;
    let place = 0;
    const end = (): void => {
      const id = fields[idAt] ?? 0;
      // Even ids belong to nodes added by the embedder (Node); they do not grow with time.
      if (id % 2 === 1 && id > this.lastObjectId) this.lastObjectId = id;
      const trace = traceAt < 0 ? 0 : (fields[traceAt] ?? 0);
      const at = place;
      place += size;
      const bytes = fields[sizeAt] ?? 0;
      const type = fields[typeAt] ?? 0;
      const firstEdge = edges;
      edges += fields[edgesAt] ?? 0;
      const isTraced = trace !== 0 && id > this.#firstObjectId;
      // Shapes of strings are made when V8 starts. Later shapes are too many to keep.
      if ((type === hiddenType || type === shapeType) && id <= this.#firstObjectId)
        this.#longStrings.addShape(at, fields[nameAt] ?? 0);
      if (type === nativeType && bytes > 0 && trace === 0) this.#blocks.set(at, bytes);
      if (!isTraced) return;
      if (type === stringType) this.#longStrings.add(firstEdge, trace, bytes);
      if (isInternal[type] === true) {
        this.internalObjects.add(trace, 1);
        this.internalBytes.add(trace, bytes);
        return;
      }
      if (type === hiddenType) {
        this.#hidden.add(trace, fields[nameAt] ?? 0, bytes);
        return;
      }
      if (type === closureType) {
        this.#closureAt.push(at);
        this.#closureNode.push(trace);
        this.#closureBytes.push(bytes);
      }
      this.liveObjects.add(trace, 1);
      this.liveBytes.add(trace, bytes);
      const isNamed = type === objectType || type === nativeType;
      this.#types.add(trace, isNamed ? (fields[nameAt] ?? 0) : types[type], bytes);
    };
    return {
      number: (value) => {
        fields[field++] = value;
        if (field < size) return;
        field = 0;
        end();
      },
    };
  }

  /**
   * Finds the edges to memory blocks of ArrayBuffers. The objects at their start are found by a second reading of the
   * file.
   */
  #edges(): NumberSink {
    const { edge_fields } = this.#fields();
    const size = edge_fields.length;
    const targetAt = edge_fields.indexOf("to_node");
    let at = 0;
    return {
      number: (value) => {
        if (at % size === targetAt) {
          const edge = Math.floor(at / size);
          if (this.#blocks.has(value)) this.#blockEdges.set(edge, value);
          this.#longStrings.takeEdge(edge, value);
        }
        at++;
      },
    };
  }

  #tree(): NumberSink {
    const path: number[] = [0];
    let field = 0;
    let id = 0;
    return {
      number: (value) => {
        if (field === 0) {
          id = value;
          this.order.push(id);
          this.parents.set(id, path.at(-1) ?? 0);
        } else if (field === 1) this.functionOf.set(id, value);
        else if (field === 2) this.allocations.set(id, value);
        else this.allocatedBytes.set(id, value);
        field++;
      },
      open: () => {
        if (field !== TREE_FIELDS) throw new Error("the trace tree of this heap snapshot has an unknown form");
        path.push(id);
        field = 0;
      },
      close: () => {
        path.pop();
        field = 0;
      },
    };
  }

  /** Reads the positions of closures' code. `locations` and the list of closures are both in the order of the nodes. */
  #locations(): NumberSink {
    const { location_fields } = this.#fields();
    const size = location_fields.length;
    const fields = new Float64Array(size);
    const [objectAt, scriptAt, lineAt, columnAt] = ["object_index", "script_id", "line", "column"].map((name) =>
      location_fields.indexOf(name),
    ) as [number, number, number, number];
    let field = 0;
    return {
      number: (value) => {
        fields[field++] = value;
        if (field < size) return;
        field = 0;
        const closure = this.#findClosure(fields[objectAt] ?? 0);
        if (closure === undefined) return;
        this.#addClosure(closure, fields[scriptAt] ?? 0, (fields[lineAt] ?? 0) + 1, (fields[columnAt] ?? 0) + 1);
      },
    };
  }

  #findClosure(place: number): number | undefined {
    let low = 0;
    let high = this.#closureAt.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.#closureAt.get(middle);
      if (found === place) return middle;
      if (found < place) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  /**
   * Moves a closure from the live objects of its trace node to `#closures`, which are assigned to the line of their
   * code.
   */
  #addClosure(index: number, scriptId: number, line: number, column: number): void {
    const traceNode = this.#closureNode.get(index);
    const bytes = this.#closureBytes.get(index);
    this.liveObjects.add(traceNode, -1);
    this.liveBytes.add(traceNode, -bytes);
    const key = `${traceNode} ${scriptId} ${line} ${column}`;
    const known = this.#closures.get(key);
    if (known === undefined) {
      this.#closures.set(key, { traceNode, scriptId, line, column, bytes, objects: 1 });
      return;
    }
    known.bytes += bytes;
    known.objects++;
  }

  #functionField(index: number, name: string): number {
    const fields = this.#fields().trace_function_info_fields;
    return this.#functionNumbers.get(index * fields.length + fields.indexOf(name));
  }

  #functionCount(): number {
    return this.#functionNumbers.length / this.#fields().trace_function_info_fields.length;
  }

  #markStrings(): void {
    this.#strings.set(0, "");
    for (const index of this.#longStrings.nameIndices()) this.#strings.set(index, "");
    for (const sums of [this.#types, this.#hidden])
      for (const index of sums.nameIndices()) this.#strings.set(index, "");
    for (let i = 0; i < this.#functionCount(); i++) {
      this.#strings.set(this.#functionField(i, "name"), "");
      this.#strings.set(this.#functionField(i, "script_name"), "");
    }
  }

  #functions(): TraceFunction[] {
    return Array.from({ length: this.#functionCount() }, (_, i) => ({
      name: this.#strings.get(this.#functionField(i, "name")) ?? "",
      script: this.#strings.get(this.#functionField(i, "script_name")) ?? "",
      scriptId: this.#functionField(i, "script_id"),
      line: this.#functionField(i, "line"),
      column: this.#functionField(i, "column"),
    }));
  }
}

/** Bytes read from the file at a time. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads a heap snapshot that was written while V8's allocation tracker ran. Memory is bounded by the trace tree and the
 * live closures, not by the size of the file.
 *
 * @param firstObjectId `lastObjectId` of the snapshot at which tracking began; older objects are skipped, because V8
 * does not track them. If V8 moves an older object to the address of a tracked one, it reports the wrong trace node
 * (docs/measurement.md#tracker).
 * @throws Error if the file cannot be read, ends early, or has another form
 */
export async function readTraceSnapshot(path: string, firstObjectId = 0): Promise<TraceSnapshot> {
  return readTraceChunks(() => createReadStream(path, { highWaterMark: CHUNK_BYTES }), firstObjectId);
}

/**
 * Reads a heap snapshot, like `readTraceSnapshot`, from the chunks of its file.
 *
 * @param open returns the file's chunks from its start; called a second time if the snapshot has ArrayBuffers
 */
export async function readTraceChunks(
  open: () => AsyncIterable<Uint8Array>,
  firstObjectId = 0,
): Promise<TraceSnapshot> {
  const reader = new TraceReader(firstObjectId);
  const scanner = new SnapshotScanner(reader);
  for await (const chunk of open()) scanner.push(bufferOf(chunk));
  scanner.end();
  const edges = reader.listBlockEdges();
  if (edges.length > 0) reader.addBlocks(await findOwners(open(), edges, firstObjectId));
  return reader.finish();
}

function bufferOf(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

async function findOwners(
  chunks: AsyncIterable<Uint8Array>,
  edges: readonly number[],
  firstObjectId: number,
): Promise<ReadonlyMap<number, number>> {
  const found = new EdgeOwners(edges, firstObjectId);
  const scanner = new SnapshotScanner(found);
  for await (const chunk of chunks) {
    scanner.push(bufferOf(chunk));
    if (found.isDone) break;
  }
  return found.owners;
}
