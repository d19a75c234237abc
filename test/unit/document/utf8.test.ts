import { expect, it } from "vitest";
import { decodeUtf8 } from "../../../src/document/utf8.ts";
import type { UserError } from "../../../src/errors.ts";

function mistakeOf(bytes: readonly number[]): UserError | undefined {
  try {
    decodeUtf8(Uint8Array.from(bytes), "report.md");
    return undefined;
  } catch (error) {
    return error as UserError;
  }
}

it("decodes UTF-8, a byte-order mark included", () => {
  expect(decodeUtf8(new TextEncoder().encode("\uFEFFGröße 😀"), "report.md")).toBe("\uFEFFGröße 😀");
});

it.each([
  [[0x61, 0x0a, 0xe4, 0x62], "byte 0xE4 at offset 2", 2],
  [[0xf6], "byte 0xF6 at offset 0", 1],
  [[0xc3, 0xb6, 0x0a, 0x0a, 0x80], "byte 0x80 at offset 4", 3],
  [[0x61, 0xe2, 0x82], "byte 0xE2 at offset 1", 1],
])("names the first byte of %j that begins no character", (bytes, place, line) => {
  const error = mistakeOf(bytes);
  expect(error?.message).toBe(`The file is not UTF-8: ${place}.`);
  expect(error?.position).toEqual({ file: "report.md", line });
});

it("knows UTF-16 by its mark", () => {
  expect(mistakeOf([0xff, 0xfe, 0x61, 0x00])?.hint).toBe("The file is UTF-16. Save it as UTF-8 in your editor.");
});
