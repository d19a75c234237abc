import { describe, expect, it } from "vitest";
import { readTraceChunks } from "../../../src/allocation/trace-snapshot.ts";

const META = {
  node_fields: ["type", "name", "id", "self_size", "edge_count", "trace_node_id", "detachedness"],
  node_types: [["hidden", "array", "string", "object", "code", "closure", "native"], "string", "number"],
  edge_fields: ["type", "name_or_index", "to_node"],
  edge_types: [["context"], "string_or_number", "node"],
  trace_function_info_fields: ["function_id", "name", "script_name", "script_id", "line", "column"],
  trace_node_fields: ["id", "function_info_index", "count", "size", "children"],
  location_fields: ["object_index", "script_id", "line", "column"],
};

interface Sections {
  readonly nodes?: readonly number[];
  readonly edges?: readonly number[];
  readonly functions?: readonly number[];
  readonly tree?: readonly unknown[];
  readonly locations?: readonly number[];
  readonly strings?: readonly string[];
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

const read = (sections: Sections, firstObjectId = 0) =>
  readTraceChunks(
    () =>
      chunksOf(
        JSON.stringify({
          snapshot: { meta: META },
          nodes: sections.nodes ?? [],
          edges: sections.edges ?? [],
          trace_function_infos: sections.functions ?? [0, 0, 0, 0, 0, 0],
          trace_tree: sections.tree ?? [1, 0, 0, 0, []],
          samples: [],
          locations: sections.locations ?? [],
          strings: sections.strings ?? [""],
        }),
      ),
    firstObjectId,
  );

describe("a snapshot under V8's allocation tracker", () => {
  it("contains the call tree with the allocations of each function, and only strings that name a function", async () => {
    const snapshot = await read({
      functions: [0, 1, 0, 0, 0, 0, 7, 2, 3, 9, 12, 5],
      tree: [1, 0, 0, 0, [2, 1, 3, 96, [3, 1, 1, 16, []], 4, 0, 5, 80, []]],
      strings: ["", "(root)", "walk", "file:///walks.mjs", "not needed"],
    });
    expect(snapshot.functions).toEqual([
      { name: "(root)", script: "", scriptId: 0, line: 0, column: 0 },
      { name: "walk", script: "file:///walks.mjs", scriptId: 9, line: 12, column: 5 },
    ]);
    const nodes = Array.from({ length: snapshot.order.length }, (_, i) => snapshot.order.get(i));
    expect(nodes.map((node) => [node, snapshot.parents.get(node), snapshot.functionOf.get(node)])).toEqual([
      [1, 0, 0],
      [2, 1, 1],
      [3, 2, 1],
      [4, 1, 0],
    ]);
    expect(nodes.map((node) => [snapshot.allocations.get(node), snapshot.allocatedBytes.get(node)])).toEqual([
      [0, 0],
      [3, 96],
      [1, 16],
      [5, 80],
    ]);
  });

  it("sums live objects by trace node: the program's, V8's own, and closures by the position of their code", async () => {
    const snapshot = await read(
      {
        nodes: [
          ...[3, 0, 11, 40, 0, 2, 0],
          ...[1, 0, 13, 96, 0, 2, 0],
          ...[4, 0, 15, 500, 0, 2, 0],
          ...[5, 0, 17, 56, 0, 2, 0],
          ...[5, 0, 19, 56, 0, 2, 0],
          ...[3, 0, 21, 24, 0, 0, 0], // allocated before tracking began
          ...[3, 0, 3, 24, 0, 2, 0], // older than tracking: its trace node is that of another object
          ...[3, 0, 100, 24, 0, 0, 0], // of the embedder
        ],
        locations: [21, 9, 4, 8, 28, 9, 4, 8],
        tree: [1, 0, 0, 0, [2, 0, 0, 0, []]],
      },
      5,
    );
    expect([snapshot.liveObjects.get(2), snapshot.liveBytes.get(2)]).toEqual([2, 136]);
    expect([snapshot.internalObjects.get(2), snapshot.internalBytes.get(2)]).toEqual([1, 500]);
    expect(snapshot.closures).toEqual([{ traceNode: 2, scriptId: 9, line: 5, column: 9, bytes: 112, objects: 2 }]);
    expect(snapshot.lastObjectId).toBe(21);
  });

  it("adds the memory of an ArrayBuffer to the function that made it, once, and sums objects by type", async () => {
    const snapshot = await read(
      {
        nodes: [
          ...[3, 1, 11, 40, 1, 0, 0], // older than tracking
          ...[3, 2, 13, 88, 2, 2, 0],
          ...[3, 2, 15, 88, 1, 3, 0], // has the same memory
          ...[2, 4, 17, 32, 0, 2, 0],
          ...[6, 3, 19, 5000, 0, 0, 0],
          ...[6, 3, 21, 700, 0, 0, 0], // of an object without a trace
        ],
        edges: [0, 0, 35, 0, 0, 21, 0, 0, 28, 0, 0, 28],
        tree: [1, 0, 0, 0, [2, 0, 0, 0, [], 3, 0, 0, 0, []]],
        strings: ["", "Old", "ArrayBuffer", "system / JSArrayBufferData", "some text"],
      },
      5,
    );
    expect([2, 3].map((node) => snapshot.liveBytes.get(node))).toEqual([88 + 32 + 5000, 88]);
    const { names, sums } = snapshot.types;
    expect(sums.map(({ type, ...sum }) => ({ type: names[type], ...sum }))).toEqual([
      { type: "ArrayBuffer", traceNode: 2, bytes: 88, objects: 1 },
      { type: "ArrayBuffer", traceNode: 3, bytes: 88, objects: 1 },
      { type: "(string)", traceNode: 2, bytes: 32, objects: 1 },
      { type: "ArrayBuffer data", traceNode: 2, bytes: 5000, objects: 1 },
    ]);
  });

  it("has the memory outside of V8's heap of each node: of strings whose shape is an external one", async () => {
    const snapshot = await read(
      {
        nodes: [
          ...[0, 1, 1, 80, 0, 0, 0], // the shapes that V8 made when it started
          ...[0, 2, 3, 80, 0, 0, 0],
          ...[0, 3, 5, 80, 0, 0, 0],
          ...[0, 4, 7, 80, 0, 0, 0],
          ...[2, 0, 11, 8232, 1, 2, 0],
          ...[2, 0, 13, 8232, 1, 2, 0],
          ...[2, 0, 15, 9032, 1, 2, 0],
          ...[2, 0, 17, 32, 1, 2, 0], // as before Node 24
          ...[2, 0, 19, 8224, 1, 3, 0],
        ],
        edges: [...[0, 0, 0], ...[0, 0, 7], ...[0, 0, 14], ...[0, 0, 7], ...[0, 0, 21]],
        strings: [
          "",
          "system / Map (SeqOneByteString)",
          "system / Map (ExternalInternalizedOneByteString)",
          "system / Map (ExternalTwoByteString)",
          "system / Map (UncachedExternalOneByteString)",
        ],
      },
      9,
    );
    expect([2, 3].map((node) => snapshot.outsideBytes.get(node))).toEqual([8200 + 9000, 8200]);
    expect([2, 3].map((node) => snapshot.outsideWideBytes.get(node))).toEqual([9000, 0]);
    expect(snapshot.liveBytes.get(2)).toBe(2 * 8232 + 9032 + 32);
  });

  it("of 500 MB is read in memory bounded by the sums", async () => {
    const header = JSON.stringify({ snapshot: { meta: META } }).slice(0, -1);
    const COUNT = 8_000_000;
    async function* make(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${header},"nodes":[3,0,1,24,0,2,0`);
      // A piece of nodes and one of edges, given out again and again, as a file of that size would come.
      const nodes = Buffer.from(",3,0,999,24,4,2,0\n".repeat(10_000));
      for (let i = 0; i < COUNT / 10_000; i++) yield nodes;
      yield Buffer.from('],"edges":[1,2,3');
      const edges = Buffer.from(",1,23456,7891011\n".repeat(50_000));
      for (let i = 0; i < 400; i++) yield edges;
      yield Buffer.from(
        '],"trace_function_infos":[0,0,0,0,0,0],"trace_tree":[1,0,0,0,[2,0,0,0,[]]],"locations":[],"strings":[""',
      );
      const strings = Buffer.from(`,"${"x".repeat(1000)}"`.repeat(100));
      for (let i = 0; i < 200; i++) yield strings;
      yield Buffer.from("]}");
    }
    const before = process.memoryUsage();
    let mostBytes = 0;
    async function* watched(): AsyncGenerator<Buffer> {
      let i = 0;
      for await (const chunk of make()) {
        if (i++ % 100 === 0) {
          const { heapUsed, arrayBuffers } = process.memoryUsage();
          mostBytes = Math.max(mostBytes, heapUsed + arrayBuffers - before.heapUsed - before.arrayBuffers);
        }
        yield chunk;
      }
    }
    const snapshot = await readTraceChunks(watched);
    expect(snapshot.liveObjects.get(2)).toBe(COUNT + 1);
    expect(snapshot.liveBytes.get(2)).toBe(24 * (COUNT + 1));
    // Garbage of the test itself included.
    expect(mostBytes).toBeLessThan(64 * 2 ** 20);
  }, 60_000);
});
