/** Reports made at random from a seed: prose, front matter, cells and what their trials give. The same seed gives the same report. */
import { BLOCKS, CODE, calmOf, FRONT, INLINE, MIMES, OPTIONS, SPECS } from "./vocabulary.mjs";

/** A source of random numbers (mulberry32, T. Ettinger, 2017): small, and the same on every machine. */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count) => Math.floor(next() * count);
  return { next, below, pick: (list) => list[below(list.length)], chance: (share) => next() < share };
}

/** A word that is nowhere else in a report or page. */
const wordOf = (number) => `qw${number}wq`;

/**
 * A report and what its trials give.
 *
 * @returns `source`: text of report.md; `outputs`: outputs of each trial, by turns; `failure`: what a trial failed with, or null;
 * `shownWords`: words of prose and of outputs that must be on the page, where there is one
 */
export function makeCase(seed) {
  const random = randomOf(seed);
  const words = [];
  const word = () => {
    const made = wordOf(words.length + 1);
    words.push(made);
    return made;
  };
  if (random.chance(0.1)) return { source: bytesOf(random), outputs: [], failure: null, shownWords: [] };
  const bold = random.chance(0.25);
  const lists = {
    inline: bold ? INLINE : calmOf(INLINE),
    blocks: bold ? BLOCKS : calmOf(BLOCKS),
    options: bold ? OPTIONS : calmOf(OPTIONS),
    code: bold ? CODE : calmOf(CODE),
    specs: bold ? SPECS : SPECS.slice(0, 1),
    languages: bold ? ["js", "js", "ts", "python", "vega-lite", "js .x", "JS", ""] : ["js", "ts", "js", "vega-lite"],
  };
  const parts = [headOf(random, bold)];
  const count = 1 + random.below(7);
  for (let index = 0; index < count; index += 1) parts.push(blockOf(random, word, lists));
  const lineEnd = random.chance(0.1) ? "\r\n" : "\n";
  const source = parts.join("\n\n").replaceAll("\n", lineEnd);
  const outputs = Array.from({ length: 3 }, () => outputsOf(random));
  const failure = random.chance(0.1) ? failureOf(random) : null;
  return { source, outputs, failure, shownWords: words };
}

/** A report with some of its bytes replaced, removed, repeated. */
function bytesOf(random) {
  const whole = makeCase(random.below(2 ** 31)).source;
  const bytes = [...Buffer.from(whole)];
  for (let change = random.below(12); change >= 0 && bytes.length > 0; change -= 1) {
    const at = random.below(bytes.length);
    const kind = random.below(3);
    if (kind === 0) bytes[at] = random.below(256);
    else if (kind === 1) bytes.splice(at, random.below(20));
    else bytes.splice(at, 0, ...bytes.slice(random.below(bytes.length)).slice(0, 30));
  }
  return Buffer.from(bytes);
}

function headOf(random, bold) {
  if (bold && random.chance(0.05))
    return random.pick(["", "---\n---", "---\ntitle:", "---\n- a\n---", "---\ntitle: T", "no front matter"]);
  const title = random.pick(["T", "'a: b'", '"\\r\\0x"', "'</title><script>'", "'{{1}}'", "5", "'*x* $y$'"]);
  const extra = bold && random.chance(0.3) ? [random.pick(FRONT)] : [];
  return ["---", `title: ${title}`, ...extra, "---"].join("\n");
}

function inlineOf(random, word, { inline }) {
  const parts = [];
  for (let left = 1 + random.below(8); left > 0; left -= 1) {
    parts.push(random.chance(0.3) ? ` ${word()} ` : random.pick(inline));
  }
  return parts.join("");
}

function blockOf(random, word, lists) {
  const { blocks, options: optionLines, code: lines, languages, specs } = lists;
  const kind = random.below(10);
  if (kind < 3) return `${word()} ${inlineOf(random, () => random.pick(["plain", "text"]), lists)}\n\n${word()}`;
  if (kind < 5) return random.pick(blocks);
  if (kind < 6)
    return random
      .pick(blocks)
      .split("\n")
      .map((line) => `${random.pick(["> ", "- ", "  ", "1. "])}${line}`)
      .join("\n");
  if (kind < 8) return `${word()}\n\n${random.pick(blocks)}\n\n${word()}`;
  const language = random.pick(languages);
  const options = Array.from(
    { length: random.below(3) },
    () => `${language === "python" ? "#|" : "//|"} ${random.pick(optionLines)}`,
  );
  const code = Array.from({ length: random.below(3) }, () =>
    random.pick(random.chance(0.6) ? CODE.slice(0, 3) : lines),
  );
  const body = language === "vega-lite" ? [JSON.stringify(random.pick(specs))] : code;
  return [`\`\`\`{${language}}`, ...options, ...body, random.chance(0.97) ? "```" : ""].join("\n");
}

function textOf(random) {
  let text = "";
  for (let left = random.below(12); left > 0; left -= 1)
    text += random.pick(random.chance(0.2) ? BLOCKS : INLINE) + (random.chance(0.2) ? "\n" : "");
  return text;
}

/** A value as a cell's JSON can have it. */
function jsonOf(random, level = 0) {
  const kind = random.below(level > 3 ? 4 : 7);
  if (kind === 0) return textOf(random);
  if (kind === 1) return random.pick([0, -1, 1e308, 5e-324, 1.5, 2 ** 53]);
  if (kind === 2) return random.pick([null, true, false]);
  if (kind === 3) return random.pick(["", "bar", "points", "x"]);
  if (kind === 4) return Array.from({ length: random.below(4) }, () => jsonOf(random, level + 1));
  const keys = [
    "chart",
    "rows",
    "series",
    "name",
    "values",
    "mark",
    "encoding",
    "a",
    "unit",
    "metric",
    "title",
    "columns",
    "lines",
    "variants",
  ];
  const made = Object.fromEntries(
    Array.from({ length: random.below(5) }, () => [random.pick(keys), jsonOf(random, level + 1)]),
  );
  return random.chance(0.1) ? JSON.parse(`{"__proto__":${JSON.stringify(made)}}`) : made;
}

function dataOf(random, type) {
  if (type === "application/vnd.heapbook.table+json" && random.chance(0.8)) {
    return {
      name: random.pick(["t", "", "a/b", null]),
      rows: Array.from({ length: random.below(4) }, () => ({ [textOf(random)]: jsonOf(random, 3), b: 1 })),
    };
  }
  if (type.includes("vegalite") && random.chance(0.8)) return random.pick(SPECS);
  if (type === "image/svg+xml" && random.chance(0.7))
    return `<svg xmlns="http://www.w3.org/2000/svg" onload="x()">${textOf(random)}</svg>`;
  return random.chance(0.7) ? textOf(random) : jsonOf(random);
}

function outputsOf(random) {
  return Array.from({ length: random.below(4) }, () => {
    const kind = random.below(4);
    if (kind === 0)
      return {
        type: "stream",
        name: random.pick(["stdout", "stderr"]),
        text: textOf(random),
        cutBytes: random.pick([0, 0, 5, 1e9]),
      };
    if (kind === 3) return claimOf(random);
    const types = Array.from({ length: 1 + random.below(2) }, () => random.pick(MIMES));
    return {
      type: "display",
      data: Object.fromEntries(types.map((type) => [type, dataOf(random, type)])),
      ...(random.chance(0.2) ? { name: textOf(random) } : {}),
    };
  });
}

function claimOf(random) {
  const number = () => random.pick([0, -1, 1e308, 5e-324, 1234.5]);
  const estimate = {
    value: number(),
    low: number(),
    high: number(),
    confidence: random.pick([null, 0.95]),
    unit: random.pick(["B", "", "ms", "<b>"]),
    label: textOf(random),
  };
  const test = random.pick([
    { kind: "above", bound: number() },
    { kind: "between", low: 1, high: 2 },
    { kind: "equal", bound: 1, tolerance: 0 },
  ]);
  const place = random.pick([null, { file: "report.md", line: random.pick([0, 1, 10 ** 9]) }]);
  const verdict = random.pick(["holds", "fails", "undecided"]);
  return {
    type: "claim",
    claim: {
      sentence: textOf(random),
      estimate,
      test,
      recorded: null,
      verdict,
      pValue: random.pick([null, 0.01]),
      bundlePlace: null,
      place,
    },
  };
}

function failureOf(random) {
  const frames = [
    {
      functionName: textOf(random),
      file: random.pick(["report.md", "a.js", "../x", undefined]),
      line: random.pick([0, 1, 99999]),
      column: 1,
    },
  ];
  return random.pick([
    {
      kind: "exception",
      name: textOf(random),
      message: textOf(random),
      uncaught: random.chance(0.5),
      frames,
      hiddenFrames: random.below(3),
    },
    { kind: "exit-code", exitCode: 3 },
    { kind: "signal", signal: "SIGKILL" },
    { kind: "timeout", timeoutMs: 5 },
    { kind: "heap-limit", heapSizeLimitBytes: null, lastCollections: [textOf(random)] },
    { kind: "bad-message", text: textOf(random) },
    { kind: "spawn", message: textOf(random) },
    { kind: "unsettled-await" },
    { kind: "no-output" },
  ]);
}
