import { describe, expect, it } from "vitest";
import { DisplayLimits, limitMessage } from "../../../src/process/display-limits.ts";

const MIB = 1024 * 1024;

describe("displays", () => {
  it("that are within the limits stay as they are", () => {
    const data = { "text/plain": "a", "application/json": { b: [1] }, "image/png": "iVBORw0K" };
    expect(new DisplayLimits().limit(data)).toEqual({ data, cutBytes: undefined, whole: undefined });
  });

  it.each(["text/plain", "text/html", "text/markdown"])("of %s keep their first MiB, in whole characters", (type) => {
    const text = `a${"ü".repeat(MIB)}`;
    const { data, cutBytes } = new DisplayLimits().limit({ [type]: text });
    expect(data[type]).toBe(`a${"ü".repeat(MIB / 2 - 1)}`);
    expect(cutBytes).toBe(Buffer.byteLength(text) - Buffer.byteLength(String(data[type])));
  });

  it("keep no part of a large image or of large JSON, and count its bytes", () => {
    const image = "A".repeat(20 * MIB);
    const limited = new DisplayLimits().limit({ "image/png": image, "text/plain": "an image" });
    expect(limited).toEqual({ data: { "text/plain": "an image" }, cutBytes: 20 * MIB + 2 });
    expect(new DisplayLimits().limit({ "application/json": [image] }).data).toEqual({});
  });

  it("of one trial share a limit", () => {
    const limits = new DisplayLimits();
    const limited = Array.from({ length: 40 }, () => limits.limit({ "text/plain": "x".repeat(MIB - 2) }));
    expect(limited.map(({ data }) => "text/plain" in data)).toEqual([
      ...Array.from({ length: 32 }, () => true),
      ...Array.from({ length: 8 }, () => false),
    ]);
    expect(limited.at(-1)?.cutBytes).toBe(MIB);
  });
});

describe("the message of an error", () => {
  it("is kept up to 16 KiB, and its other bytes are counted", () => {
    expect(limitMessage("short")).toBe("short");
    expect(limitMessage("z".repeat(5_000_000))).toBe(
      `${"z".repeat(16 * 1024)} … (${5_000_000 - 16 * 1024} B of the message truncated)`,
    );
  });
});
