import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { formatUserError, formatWarning } from "../../../src/commands/output.ts";
import { UserError } from "../../../src/errors.ts";

test.each([
  ["OSC 0", "a\u001b]0;title\u0007b"],
  ["OSC 52", "a\u001b]52;c;aGk=\u0007b"],
  ["NUL", "a\0b"],
  ["CSI of 8 bits", "a\u009b2Jb"],
])("%s of a report is no command of the terminal", (_name, text) => {
  const error = new UserError(text, { code: "invalid-chart", hint: text });
  for (const printed of [formatUserError(error), formatWarning(text)]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be printed.
    expect(stripVTControlCharacters(printed)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    expect(printed).toContain("\ufffd");
  }
});
