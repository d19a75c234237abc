import type { SnapshotMeta } from "./snapshot-meta.ts";
import type { NumberSink, SnapshotVisitor } from "./snapshot-scanner.ts";

/** Finds the objects from which given edges of a heap snapshot start, and the trace nodes of these objects. */
export class EdgeOwners implements SnapshotVisitor {
  readonly #edges: readonly number[];
  readonly #firstObjectId: number;
  /** Trace node of the object at the start of each edge, by number of the edge. Only tracked objects have one. */
  readonly owners = new Map<number, number>();
  /** Whether the nodes have been read, so that the rest of the file is not needed. */
  isDone = false;
  #meta: SnapshotMeta | undefined;

  /**
   * @param edges numbers of the edges, in ascending order
   * @param firstObjectId objects with this id or a smaller one are skipped
   */
  constructor(edges: readonly number[], firstObjectId: number) {
    this.#edges = edges;
    this.#firstObjectId = firstObjectId;
  }

  header(header: unknown): void {
    this.#meta = (header as { meta: SnapshotMeta }).meta;
  }

  numbers(section: string): NumberSink | undefined {
    if (section !== "nodes" || this.#meta === undefined) {
      this.isDone = section !== "nodes";
      return undefined;
    }
    const { node_fields } = this.#meta;
    const size = node_fields.length;
    const [idAt, edgesAt, traceAt] = ["id", "edge_count", "trace_node_id"].map((field) =>
      node_fields.indexOf(field),
    ) as [number, number, number];
    const fields = new Float64Array(size);
    let field = 0;
    let edges = 0;
    let next = 0;
    return {
      number: (value) => {
        fields[field++] = value;
        if (field < size) return;
        field = 0;
        edges += fields[edgesAt] ?? 0;
        for (; (this.#edges[next] ?? Number.POSITIVE_INFINITY) < edges; next++) {
          const trace = fields[traceAt] ?? 0;
          if (trace !== 0 && (fields[idAt] ?? 0) > this.#firstObjectId) this.owners.set(this.#edges[next] ?? 0, trace);
        }
      },
    };
  }

  wantsString(): boolean {
    return false;
  }

  string(): void {}
}
