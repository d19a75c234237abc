/**
 * The fields of V8's heap snapshot format that `readGraph` reads. Nodes and edges are flat arrays of numbers, whose
 * layout `meta` describes.
 */
export interface SnapshotFile {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...unknown[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...unknown[]];
    };
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

/** A heap snapshot as a graph: nodes are objects, numbered from 0; edges are references. */
export interface Graph {
  /** Calls `visit` for every edge, with the numbers of its two nodes, its type, and its name or element index. */
  forEachEdge(visit: (from: number, to: number, type: string, name: string | number) => void): void;
  nameOf(node: number): string;
  typeOf(node: number): string;
}

const at = (values: readonly number[], index: number): number => values[index] ?? 0;

/** Reads a heap snapshot as a graph. */
export function readGraph(file: SnapshotFile): Graph {
  const { meta } = file.snapshot;
  const nodeSize = meta.node_fields.length;
  const edgeSize = meta.edge_fields.length;
  const [nodeType, nodeName, nodeEdges] = ["type", "name", "edge_count"].map((field) =>
    meta.node_fields.indexOf(field),
  ) as [number, number, number];
  const [edgeType, edgeName, edgeTo] = ["type", "name_or_index", "to_node"].map((field) =>
    meta.edge_fields.indexOf(field),
  ) as [number, number, number];
  const nodeCount = file.nodes.length / nodeSize;
  return {
    nameOf: (node) => file.strings[at(file.nodes, node * nodeSize + nodeName)] ?? "",
    typeOf: (node) => meta.node_types[0][at(file.nodes, node * nodeSize + nodeType)] ?? "",
    forEachEdge(visit) {
      let edge = 0;
      for (let node = 0; node < nodeCount; node++) {
        const end = edge + at(file.nodes, node * nodeSize + nodeEdges) * edgeSize;
        for (; edge < end; edge += edgeSize) {
          const type = meta.edge_types[0][at(file.edges, edge + edgeType)] ?? "";
          const label = at(file.edges, edge + edgeName);
          const name = type === "element" || type === "hidden" ? label : (file.strings[label] ?? "");
          visit(node, at(file.edges, edge + edgeTo) / nodeSize, type, name);
        }
      }
    },
  };
}

/** Names of backing stores. The snapshot lists their entries also as elements or properties of the owning object. */
const BACKING_STORES = new Set(["(object elements)", "(object properties)"]);

/**
 * Counts the strong references to the object in the property `target` of the only instance of `holderClass`. The
 * holder's own reference is not counted. For the rules of counting see `references()`.
 * @throws Error if the snapshot has no such object
 */
export function strongReferences(graph: Graph, holderClass: string): number {
  let holder = -1;
  let target = -1;
  const rooted = new Set<number>();
  graph.forEachEdge((from, to, type, name) => {
    if (
      type === "property" &&
      name === "target" &&
      graph.nameOf(from) === holderClass &&
      graph.typeOf(from) === "object"
    ) {
      [holder, target] = [from, to];
    }
    if (graph.typeOf(from) === "synthetic") rooted.add(to);
  });
  if (target < 0) throw new Error("references(): the object is not in the heap snapshot");
  let heap = 0;
  let contexts = 0;
  let onStack = false;
  graph.forEachEdge((from, to, type) => {
    if (to !== target || from === holder || type === "weak" || type === "shortcut") return;
    const owner = graph.nameOf(from);
    switch (graph.typeOf(from)) {
      case "synthetic":
        if (owner === "(Stack roots)") onStack = true;
        else if (owner !== "(Handle scope)") heap++;
        return;
      case "array":
        // A table held by a root is V8's set of objects that were read through a WeakRef and stay alive until the end
        // of the job.
        if (!BACKING_STORES.has(owner) && !rooted.has(from)) heap++;
        return;
      default:
        if (type === "context") contexts++;
        else heap++;
    }
  });
  return heap + contexts + (onStack && contexts === 0 ? 1 : 0);
}
