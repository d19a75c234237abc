import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const FOLDER = "templates/css/";

/** Texts between quotes in the values of `content`. */
function textsOf(sheet: string): string[] {
  const values = [...sheet.matchAll(/content:([^;}]*)/g)].map(([, value = ""]) => value);
  return values.flatMap((value) => [...value.matchAll(/"([^"]*)"/g)].map(([, text = ""]) => text));
}

test("style sheets write no words: those are in the catalogues of languages", () => {
  const sheets = readdirSync(FOLDER).filter((name) => name.endsWith(".css"));
  expect(sheets).toContain("report.css");
  const words = sheets.flatMap((name) => textsOf(readFileSync(FOLDER + name, "utf8")));
  expect(words.filter((text) => /\p{L}{2}/u.test(text))).toEqual([]);
  expect(textsOf('a { content: "Both: " attr(x) " "; }')).toEqual(["Both: ", " "]);
});
