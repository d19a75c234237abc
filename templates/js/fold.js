// Text as the search of a site compares it.

/** A word without accents and in small letters, so that `Größe` is found by `grosse`, and `café` by `cafe`. */
export const fold = (text) => text.toLowerCase().replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "");

/** Text of the same length, letter by letter without accents, so that a place in it is a place in the text. */
export const foldLetters = (text) =>
  [...text].map((letter) => fold(letter).padEnd(letter.length).slice(0, letter.length)).join("");
