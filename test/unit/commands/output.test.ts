import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { formatUserError, formatWarning, processTerminal } from "../../../src/commands/output.ts";
import { CLEAR_LINE } from "../../../src/commands/printable.ts";
import { formatUnexpected } from "../../../src/commands/unexpected.ts";
import { UserError } from "../../../src/errors.ts";

/** Whether a text has characters that a terminal takes for commands, or that change the order in which it shows a text. */
const hasControls = (text: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be printed.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text);

test.each([
  ["OSC 0", "a\u001b]0;title\u0007b"],
  ["OSC 52", "a\u001b]52;c;aGk=\u0007b"],
  ["NUL", "a\0b"],
  ["CSI of 8 bits", "a\u009b2Jb"],
  ["a right-to-left override", "a\u202Egpj.exe\u202Cb"],
  ["an isolate", "a\u2067b\u2069c"],
])("%s of a report is no command of the terminal", (_name, text) => {
  const error = new UserError(text, { code: "invalid-chart", hint: text });
  for (const printed of [formatUserError(error), formatWarning(text)]) {
    expect(hasControls(stripVTControlCharacters(printed))).toBe(false);
    expect(printed).toContain("\ufffd");
  }
});

test.each(["\u202E", "\u2066", "\u001b]0;x\u0007", "\r", "\u001b[2J"])(
  "%j never reaches the terminal, whoever writes it",
  (text) => {
    const written: string[] = [];
    const write = vi.spyOn(process.stderr, "write").mockImplementation((part) => written.push(String(part)) > 0);
    processTerminal.err(`reports/${text}/report.md\n`);
    write.mockRestore();
    expect(hasControls(written.join(""))).toBe(false);
  },
);

test("colours and the progress bar of Heapbook reach the terminal", () => {
  const text = `${CLEAR_LINE}\u001b[2m███ 3/4 trials\u001b[22m\n`;
  const written: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((part) => written.push(String(part)) > 0);
  processTerminal.err(text);
  write.mockRestore();
  expect(written).toEqual([text]);
});

test("a file that is written to stdout is as it is where stdout is a pipe, and printable where it is a terminal", () => {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((part) => written.push(String(part)) > 0);
  const { isTTY } = process.stdout;
  for (const tty of [false, true]) {
    process.stdout.isTTY = tty;
    processTerminal.out("a\u001b]0;x\u0007b");
    processTerminal.write("a\u202Eb");
  }
  process.stdout.isTTY = isTTY;
  write.mockRestore();
  expect(written).toEqual(["a\u001b]0;x\u0007b\n", "a\u202Eb", "a\ufffd]0;x\ufffdb\n", "a\ufffdb"]);
});

test("a line break in a message of others begins no line of its own", () => {
  const forged = "no such name\nreports/a/report.md:1: error: forged";
  expect(stripVTControlCharacters(formatWarning(forged))).not.toMatch(/^reports/m);
  const error = new UserError(forged, { code: "invalid-chart", position: { file: "a\nb.md", line: 1 }, hint: forged });
  expect(stripVTControlCharacters(formatUserError(error)).match(/^\S.*/gm)).toHaveLength(1);
  expect(
    stripVTControlCharacters(formatUnexpected(new Error("x"), "a\nb", "/nowhere\0")).match(/^\S.*/gm),
  ).toHaveLength(1);
});
