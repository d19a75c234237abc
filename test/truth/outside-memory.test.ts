import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LineProfile } from "../../src/model/line-profile.ts";
import { makeWorkspace } from "../helpers/workspace.ts";

// Memory outside of V8's heap under `heapbook trace`: lines and the row for the rest have all of it once. V8's snapshot has strings outside of
// the heap from Node 24 on, so on older ones they are in the row. By hand: HEAPBOOK_AUDIT_NODE=/path/to/node, as in peak.test.ts.
const NODE = process.env["HEAPBOOK_AUDIT_NODE"] ?? process.execPath;
const CLI = join(import.meta.dirname, "../../dist/cli.js");
const MIB = 2 ** 20;
/** What Node frees of its own while a program runs, and small objects of the lines. */
const TOLERANCE = 4096;

async function traceOutside(code: readonly string[]): Promise<LineProfile> {
  const { folder, path } = await makeWorkspace({ "program.cjs": code.join("\n") });
  const run = spawnSync(NODE, [CLI, "trace", "program.cjs", "--json", "-o", "profile.json"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(run.stderr).toBe("");
  return JSON.parse(readFileSync(path("profile.json"), "utf8")) as LineProfile;
}

const all = ({ lines, elsewhere }: LineProfile): number =>
  lines.reduce((bytes, { liveBytes }) => bytes + liveBytes, elsewhere.externalBytes ?? 0);

const expectBytes = (bytes: number, truth: number): void => {
  expect(bytes).toBeGreaterThan(truth - TOLERANCE);
  expect(bytes).toBeLessThan(truth + TOLERANCE);
};

describe("memory outside of V8's heap is in a line or in the row, once", () => {
  it.each<readonly [string, readonly string[], number]>([
    [
      "strings of 1 byte a character",
      [
        `const source = Buffer.alloc(${MIB}, 97); globalThis.held = [];`,
        'for (let i = 0; i < 8; i++) globalThis.held.push(source.toString("latin1"));',
      ],
      8 * MIB,
    ],
    [
      "strings of 2 bytes a character",
      [
        `const source = Buffer.alloc(${4 * MIB}, 97);`,
        'globalThis.held = [source.toString("utf16le"), source.toString("utf16le")];',
      ],
      8 * MIB,
    ],
    [
      "parts of such strings, joined ones and keys",
      [
        `const whole = Buffer.alloc(${MIB}, 97).toString("latin1"); const key = Buffer.alloc(${MIB}, 98).toString("latin1");`,
        'globalThis.held = [whole.slice(10, 900_000), whole + "the end of it", { [key]: 1 }];',
      ],
      2 * MIB,
    ],
    [
      "memories of WebAssembly, not exported and shared ones too",
      [
        "globalThis.held = [new WebAssembly.Memory({ initial: 160 })];",
        "held.push(new WebAssembly.Memory({ initial: 16, maximum: 32, shared: true }));",
        "const code = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 3, 1, 0, 32]);",
        "held.push(new WebAssembly.Instance(new WebAssembly.Module(code)));",
        "held.push(new WebAssembly.Memory({ initial: 48 })); held.push(held.at(-1).buffer);",
      ],
      16 * MIB,
    ],
    [
      "ArrayBuffers and SharedArrayBuffers",
      [`globalThis.held = [new ArrayBuffer(${3 * MIB}), new SharedArrayBuffer(${5 * MIB})];`],
      8 * MIB,
    ],
    [
      "SharedArrayBuffers and ArrayBuffers from messages of a worker",
      [
        'const { Worker } = require("node:worker_threads"); globalThis.held = [];',
        `const code = 'const { parentPort } = require("worker_threads"); const own = new ArrayBuffer(${3 * MIB});' +`,
        `  'parentPort.postMessage([new SharedArrayBuffer(${5 * MIB}), own], [own]); setInterval(() => {}, 1e9);';`,
        "const worker = new Worker(code, { eval: true });",
        'worker.on("message", (message) => { held.push(message, new Uint8Array(message[0])); worker.terminate(); });',
      ],
      8 * MIB,
    ],
  ])("%s", async (_, code, truth) => {
    expectBytes(all(await traceOutside(code)), truth);
  });

  it("does not call a SharedArrayBuffer of a line the row's", async () => {
    const profile = await traceOutside([`globalThis.held = new SharedArrayBuffer(${5 * MIB});`]);
    expect(profile.elsewhere.externalBytes).toBeLessThan(TOLERANCE);
  });
});

describe("beside a resizable ArrayBuffer", () => {
  it.each<readonly [string, readonly string[], number]>([
    [
      "that has grown, a string outside of the heap does not vanish without a word",
      [
        `globalThis.held = [Buffer.alloc(${2 * MIB}, 97).toString("latin1"), new ArrayBuffer(100_000, { maxByteLength: 5_000_000 })];`,
        "globalThis.held[1].resize(4_000_000);",
      ],
      4_000_000 + 2 * MIB,
    ],
    [
      "that has shrunk, no row states memory that does not exist",
      [
        "globalThis.held = [1, 2, 3].map(() => new ArrayBuffer(1_000_000, { maxByteLength: 4_000_000 }));",
        "globalThis.held.forEach((buffer) => buffer.resize(10));",
      ],
      30,
    ],
  ])("%s", async (_, code, truth) => {
    const profile = await traceOutside(code);
    const { externalBytes, unknownExternal } = profile.elsewhere;
    const isMiscounted =
      Number(spawnSync(NODE, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout.split(".")[0]) < 24;
    if (isMiscounted) expect([externalBytes, unknownExternal]).toEqual([undefined, "resizable-buffers"]);
    else expectBytes(all(profile), truth);
  });
});
