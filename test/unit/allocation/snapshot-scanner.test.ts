import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SnapshotScanner } from "../../../src/allocation/snapshot-scanner.ts";

interface Read {
  header: unknown;
  readonly numbers: Record<string, string>;
  readonly strings: Record<number, string>;
}

/** Reads a text in pieces of a size, all its numbers and the strings that are wanted. */
function scan(text: string, pieceBytes: number, wants: (index: number) => boolean = () => true): Read {
  const read: Read = { header: undefined, numbers: {}, strings: {} };
  const scanner = new SnapshotScanner({
    header: (header) => {
      read.header = header;
    },
    numbers: (section) => {
      if (section === "edges") return undefined;
      const add = (token: string): void => {
        read.numbers[section] = `${read.numbers[section] ?? ""}${token}`;
      };
      add("");
      return { number: (value) => add(`${value} `), open: () => add("( "), close: () => add(") ") };
    },
    wantsString: wants,
    string: (index, value) => {
      read.strings[index] = value;
    },
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.push(bytes.subarray(at, at + pieceBytes));
  scanner.end();
  return read;
}

const snapshot = (sections: Readonly<Record<string, unknown>>, strings: readonly string[]): string =>
  JSON.stringify({ snapshot: { meta: { note: 'a "quoted" } brace {' }, count: 2 }, ...sections, strings });

describe("the scanner of heap snapshots", () => {
  it("reads numbers, trees and strings, wherever the chunks of the file begin", () => {
    const strings = ["", 'a "b" \\', "ümläut 😀", "line\nbreak", "]}"];
    const text = snapshot(
      { nodes: [1, 23, 456], edges: [[7], 8], trace_tree: [1, 0, [2, 3, []], 4], locations: [] },
      strings,
    );
    for (let pieceBytes = 1; pieceBytes < 40; pieceBytes++) {
      const read = scan(text, pieceBytes);
      expect(read.header).toEqual({ meta: { note: 'a "quoted" } brace {' }, count: 2 });
      expect(read.numbers).toEqual({ nodes: "1 23 456 ", trace_tree: "1 0 ( 2 3 ( ) ) 4 ", locations: "" });
      expect(Object.values(read.strings)).toEqual(strings);
    }
  });

  it("decodes wanted strings only", () => {
    expect(scan(snapshot({}, ["a", "b\\", "c"]), 7, (index) => index === 2).strings).toEqual({ 2: "c" });
  });

  it("reads what JSON.parse reads", () => {
    const section = fc.array(fc.nat({ max: 2 ** 40 }));
    fc.assert(
      fc.property(
        section,
        fc.array(fc.string({ unit: "binary" })),
        fc.integer({ min: 1, max: 64 }),
        (nodes, strings, pieceBytes) => {
          // V8 writes what is not ASCII as escapes; a lone surrogate has no bytes of its own.
          const text = snapshot({ nodes }, strings).replace(
            /[\u0080-\uffff]/g,
            (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
          );
          const read = scan(text, pieceBytes);
          expect(read.numbers["nodes"]).toBe(nodes.map((value) => `${value} `).join(""));
          expect(Object.values(read.strings)).toEqual(strings);
        },
      ),
    );
  });

  it("throws where the file ends early", () => {
    const text = snapshot({ nodes: [1, 2] }, ["a"]);
    for (const end of [0, 10, text.length - 20, text.length - 5]) {
      expect(() => scan(text.slice(0, end), 8)).toThrow("ends in the middle");
    }
  });
});
