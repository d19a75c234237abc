import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderOutputs, type PlacedDisplay } from "../../../src/process/output-order.ts";
import { StreamCapture } from "../../../src/process/stream-capture.ts";

const KEPT = 256 * 1024;

function capture(...chunks: readonly (string | Buffer)[]): StreamCapture {
  const made = new StreamCapture();
  for (const chunk of chunks) made.push(Buffer.from(chunk));
  return made;
}

const display = (text: string, stdoutBytes: number, stderrBytes = 0): PlacedDisplay => ({
  data: { "text/plain": text },
  name: undefined,
  stdoutBytes,
  stderrBytes,
});
const same = (_: string, text: string): string => text;

/** `out:a`, `err:b`, `show:c`, and how much was cut. */
function order(
  stdout: StreamCapture,
  stderr: StreamCapture,
  displays: readonly PlacedDisplay[],
  tidy = same,
): string[] {
  return orderOutputs({ stdout, stderr }, displays, tidy).map((output) =>
    output.type !== "stream"
      ? `show:${output.type === "display" ? String(output.data["text/plain"]) : output.claim.sentence}`
      : `${output.name.slice(3)}:${output.text}${output.cutBytes > 0 ? ` -${output.cutBytes}` : ""}`,
  );
}

describe("captured text", () => {
  it("is kept up to a limit, and the rest counted", () => {
    const made = capture("x".repeat(KEPT - 1), "yz", "more");
    expect([made.keptBytes, made.cutBytes]).toEqual([KEPT, 5]);
    expect(made.text(KEPT - 2, KEPT)).toBe("xy");
  });

  it("has no half character at the cut, and none in the middle however it came", () => {
    const made = capture("x".repeat(KEPT - 2), "€uro");
    expect(made.text(KEPT - 3, KEPT)).toBe("x");
    const euro = Buffer.from("€");
    expect(capture(euro.subarray(0, 1), euro.subarray(1, 2), euro.subarray(2)).text(0, 3)).toBe("€");
  });

  it("shows bytes that are no UTF-8 as replacement characters", () => {
    expect(capture(Buffer.from([0x61, 0xff, 0x62])).text(0, 3)).toBe("a\ufffdb");
  });

  it("keeps its end for the diagnosis, past the cut", () => {
    const made = capture("x".repeat(KEPT), "y".repeat(20_000), "the end");
    expect(made.tail()).toHaveLength(16 * 1024);
    expect(made.tail().endsWith("ythe end")).toBe(true);
    expect(capture("short").tail()).toBe("short");
  });
});

describe("outputs", () => {
  it("stand where they were shown between the lines printed", () => {
    expect(
      order(capture("onetwo"), capture("oops"), [display("a", 3), display("b", 3, 4), display("c", 6, 4)]),
    ).toEqual(["out:one", "show:a", "err:oops", "show:b", "out:two", "show:c"]);
  });

  it("put stdout before stderr where nothing shows their order", () => {
    expect(order(capture("out"), capture("err"), [])).toEqual(["out:out", "err:err"]);
  });

  it("say once, at the end of the stream, how much was cut", () => {
    const long = "x".repeat(KEPT);
    expect(order(capture(long, "1234"), capture(), [display("a", 1), display("b", KEPT + 4)])).toEqual([
      "out:x",
      "show:a",
      `out:${"x".repeat(KEPT - 1)}`,
      "show:b",
      "out: -4",
    ]);
    expect(order(capture(long, "1234"), capture("e"), [])).toEqual([`out:${long} -4`, "err:e"]);
  });

  it("leave out what tidying leaves empty", () => {
    expect(order(capture("a"), capture("b"), [], (name, text) => (name === "stderr" ? "" : text))).toEqual(["out:a"]);
  });

  it("lose nothing and keep the order, wherever the displays are", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme-ascii", maxLength: 30 }),
        fc.string({ unit: "grapheme-ascii", maxLength: 30 }),
        fc.array(fc.tuple(fc.nat(40), fc.nat(40))),
        (out, err, places) => {
          const xs = places.map(([x]) => x).sort((a, b) => a - b);
          const ys = places.map(([, y]) => y).sort((a, b) => a - b);
          const displays = xs.map((x, index) => display(String(index), x, ys[index]));
          const outputs = orderOutputs({ stdout: capture(out), stderr: capture(err) }, displays, same);
          const text = (name: string): string =>
            outputs.map((each) => (each.type === "stream" && each.name === name ? each.text : "")).join("");
          expect(text("stdout")).toBe(out);
          expect(text("stderr")).toBe(err);
          expect(outputs.flatMap((each) => (each.type === "display" ? [each.data["text/plain"]] : []))).toEqual(
            displays.map((each) => each.data["text/plain"]),
          );
        },
      ),
    );
  });
});

describe("an output that is cut", () => {
  it("is kept whole, by its hash, where the page shows it", () => {
    const stdout = new StreamCapture(true);
    for (let chunk = 0; chunk < 30; chunk += 1) stdout.push(Buffer.from(`${chunk} `.padEnd(10_000, "x")));
    const kept: string[] = [];
    const keep = (whole: string): string => String(kept.push(whole));
    const outputs = orderOutputs({ stdout, stderr: new StreamCapture(true) }, [], (_, text) => text, keep);
    expect(outputs).toMatchObject([{ type: "stream", cutBytes: 300_000 - 256 * 1024, whole: "1" }]);
    expect(kept[0]).toHaveLength(300_000);
    expect(kept[0]).toContain("29 x");
  });

  it("is not kept where nothing was cut, nor in a trial that the page does not show", () => {
    const small = new StreamCapture(true);
    small.push(Buffer.from("a"));
    expect(small.whole()).toBeUndefined();
    const hidden = new StreamCapture();
    hidden.push(Buffer.alloc(300_000, "x"));
    expect(hidden.whole()).toBeUndefined();
  });
});
