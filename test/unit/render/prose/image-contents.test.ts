import { expect, test } from "vitest";
import { bytesOfDataUri, whyBroken } from "../../../../src/render/prose/image-contents.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex");
const WEBP = Buffer.from("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==", "base64");
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1"><path/></svg>';

test.each<[string, string, Uint8Array]>([
  ["a PNG", "image/png", PNG],
  ["a PNG with bytes after its end", "image/png", Buffer.concat([PNG, Buffer.from("\n")])],
  ["a GIF under another type", "image/png", GIF],
  ["a JPEG", "image/jpeg", JPEG],
  ["a WebP", "image/webp", WEBP],
  ["an SVG", "image/svg+xml", Buffer.from(SVG)],
  ["an SVG in UTF-16", "image/svg+xml", Buffer.from(`\ufeff${SVG}`, "utf16le")],
  ["an empty SVG", "image/svg+xml", Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
])("%s is whole", (_name, type, bytes) => expect(whyBroken(type, bytes)).toBeUndefined());

test.each<[string, string, Uint8Array, RegExp]>([
  ["an empty file", "image/png", Buffer.alloc(0), /^is empty/],
  ["an empty SVG file", "image/svg+xml", Buffer.alloc(0), /^is empty/],
  ["text", "image/png", Buffer.from("<!doctype html>not found"), /^is not an image/],
  ["half a PNG", "image/png", PNG.subarray(0, 40), /^ends before/],
  ["a PNG without its end", "image/png", PNG.subarray(0, -12), /^ends before/],
  ["a damaged PNG", "image/png", Buffer.from(PNG).fill(7, 45, 47), /^is damaged: the checksum of its part "IDAT"/],
  ["half a JPEG", "image/jpeg", JPEG.subarray(0, -2), /^ends before/],
  ["half a GIF", "image/gif", GIF.subarray(0, -1), /^ends before/],
  ["half a WebP", "image/webp", WEBP.subarray(0, -4), /^ends before/],
  ["half an SVG", "image/svg+xml", Buffer.from(SVG.slice(0, -6)), /^ends before/],
  ["an SVG without its namespace", "image/svg+xml", Buffer.from("<svg><path/></svg>"), /^has no xmlns/],
  ["a PNG as SVG", "image/svg+xml", PNG, /^is not an SVG/],
])("%s is broken", (_name, type, bytes, why) => expect(whyBroken(type, bytes)).toMatch(why));

test.each<[string, string | undefined]>([
  ["data:image/png;base64,AAAA", "000000"],
  ["data:image/png;base64,AA%2B%2F", "000fbf"],
  ["data:image/svg+xml,%3Csvg%3E", Buffer.from("<svg>").toString("hex")],
  ["data:image/svg+xml;charset=utf-8,<svg>", Buffer.from("<svg>").toString("hex")],
  ["data:image/png;base64,A*AA", undefined],
  ["data:image/png;base64,AAAAA", undefined],
  ["data:image/png;base64", undefined],
  ["data:image/svg+xml,%ff", undefined],
])("the bytes of %s", (address, hex) => {
  const read = bytesOfDataUri(address);
  expect(read === undefined ? undefined : Buffer.from(read.bytes).toString("hex")).toBe(hex);
});
