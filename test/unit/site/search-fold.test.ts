import { expect, test } from "vitest";

const { fold, foldLetters } = (await import(new URL("../../../templates/js/fold.js", import.meta.url).href)) as {
  readonly fold: (text: string) => string;
  readonly foldLetters: (text: string) => string;
};

test("words are found with and without accents", () => {
  expect(["Größe", "CAFÉ", "Łódź", "naïve", "図"].map(fold)).toEqual(["grosse", "cafe", "łodz", "naive", "図"]);
});

test("a place in folded text is a place in the text", () => {
  const text = "Die Größe im Café 😀 über";
  const folded = foldLetters(text);
  expect(folded).toHaveLength(text.length);
  expect(text.slice(folded.indexOf("uber"))).toBe("über");
});
