import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TrialMessage } from "../../../src/model/records.ts";
import { MessageReader, parseMessage } from "../../../src/process/trial-messages.ts";

function read(chunks: readonly (Buffer | string)[]): { messages: TrialMessage[]; bad: string | undefined } {
  const messages: TrialMessage[] = [];
  const reader = new MessageReader((message) => messages.push(message));
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  reader.end();
  return { messages, bad: reader.badLine };
}

const display = (text: string): TrialMessage => ({
  type: "display",
  data: { "text/plain": text },
  stdoutBytes: 1,
  stderrBytes: 2,
});

describe("a record", () => {
  it.each<[TrialMessage]>([
    [{ type: "start", limits: { heapSizeLimitBytes: 1, semiSpaceStartBytes: 1 } }],
    [display("ü")],
    [{ type: "metric", reading: { id: "a", region: "", value: -1.5, unit: "B", better: "lower" } }],
    [{ type: "checkpoint", checkpoint: { region: "", name: "end", liveBytes: 0, timeMs: 1 } }],
    [{ type: "read", path: "/a" }],
    [{ type: "error", error: { name: "Error", message: "", stack: "", uncaught: false } }],
    [
      {
        type: "error",
        error: {
          name: "ValueError",
          message: "",
          stack: "",
          uncaught: false,
          traceback: { frames: [{ functionName: "", file: "report.md", line: 1, column: 1 }], hiddenFrames: 0 },
        },
      },
    ],
    [
      {
        type: "region-heap",
        heap: {
          region: "",
          endMs: 1.5,
          start: { usedBytes: 1, spacesBytes: { new_space: 1 } },
          end: { usedBytes: 2, spacesBytes: {} },
        },
        startMicroseconds: 1.5,
        pausesMs: [0.1],
      },
    ],
    [{ type: "whole-cell-abandoned" }],
    [{ type: "unsettled-await" }],
    [{ type: "end" }],
  ])("of the protocol is read: %j", (message) => {
    expect(parseMessage(JSON.stringify(message))).toEqual(message);
  });

  const test = { kind: "above", bound: 1 };
  const claimTest = { type: "claim-test", claim: 0, test, recorded: null, verdict: "holds", pValue: null };

  it("of a claim's test is read", () => expect(parseMessage(JSON.stringify(claimTest))).toEqual(claimTest));

  it.each([
    { verdict: "forged" },
    { verdict: "__proto__" },
    { test: {} },
    { test: { kind: "above" } },
    { test: { kind: "toString" } },
    { test: { kind: "between", low: 1 } },
    { recorded: {} },
    { pValue: "0" },
  ])("of a claim's test with %j is refused", (changes) =>
    expect(parseMessage(JSON.stringify({ ...claimTest, ...changes }))).toBeUndefined(),
  );

  it.each([
    "hello",
    "{}",
    "null",
    "[]",
    "1",
    '{"type":1}',
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    '{"type":"finish"}',
    '{"type":"start"}',
    '{"type":"start","limits":{"heapSizeLimitBytes":"1","semiSpaceStartBytes":1}}',
    '{"type":"display","data":"x","stdoutBytes":0,"stderrBytes":0}',
    '{"type":"display","data":[],"stdoutBytes":0,"stderrBytes":0}',
    '{"type":"metric","reading":{"id":"a","region":"","unit":"B","value":null}}',
    '{"type":"metric","reading":{"id":"a","unit":"B","value":1}}',
    '{"type":"checkpoint","checkpoint":{"liveBytes":1}}',
    '{"type":"collection","collection":{}}',
    '{"type":"region-heap","startMicroseconds":1,"pausesMs":[],"heap":{"region":"","endMs":1,"start":{"usedBytes":1,"spacesBytes":{}}}}',
    '{"type":"region-heap","startMicroseconds":1,"pausesMs":[""],"heap":{"region":"","endMs":1,"start":{"usedBytes":1,"spacesBytes":{}},"end":{"usedBytes":1,"spacesBytes":{}}}}',
    '{"type":"region-heap","startMicroseconds":1,"pausesMs":[],"heap":{"region":"","endMs":1,"start":{"usedBytes":1},"end":{"usedBytes":1}}}',
    '{"type":"error","error":{"name":"E"}}',
    '{"type":"error","error":{"message":"","stack":"","traceback":{"frames":[],"hiddenFrames":null}}}',
    '{"type":"error","error":{"message":"","stack":"","traceback":{"frames":[{"file":"a"}],"hiddenFrames":0}}}',
    '{"type":"read","path":7}',
    '{"type":"end"',
  ])("that is none is refused: %s", (line) => {
    expect(parseMessage(line)).toBeUndefined();
  });
});

describe("the reader", () => {
  it("keeps the first line that is no record, shortened, and goes on", () => {
    const { messages, bad } = read([`${"x".repeat(300)}\n{"type":"end"}\nmore\n`]);
    expect(messages).toEqual([{ type: "end" }]);
    expect(bad).toBe(`${"x".repeat(200)}…`);
  });

  it("passes over empty lines and a record cut by the end", () => {
    expect(read(['\n\n{"type":"end"}\n{"type":"en'])).toEqual({ messages: [{ type: "end" }], bad: undefined });
  });

  it("reads the same records however they are cut into chunks, in the middle of a character too", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 8 }),
        fc.array(fc.nat(40)),
        (texts, cuts) => {
          const sent = texts.map((text) => display(text));
          let rest = Buffer.from(sent.map((message) => `${JSON.stringify(message)}\n`).join(""));
          const chunks: Buffer[] = [];
          for (const cut of cuts) {
            chunks.push(rest.subarray(0, cut));
            rest = rest.subarray(cut);
          }
          expect(read([...chunks, rest])).toEqual({ messages: sent, bad: undefined });
        },
      ),
    );
  });

  it("survives any bytes, and reads what comes after them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        const { messages } = read([Buffer.from(noise), "\n", '{"type":"end"}\n']);
        expect(messages.at(-1)).toEqual({ type: "end" });
      }),
    );
  });

  it("says so where a record has no end", () => {
    const reader = new MessageReader(() => {});
    const chunk = Buffer.alloc(64 * 1024 * 1024, "x");
    for (let i = 0; i < 5; i++) reader.push(chunk);
    expect(reader.badLine).toContain("a record of more than");
  });
});
