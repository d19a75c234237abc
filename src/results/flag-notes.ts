/** Something to know about a flag that the runtime takes without a word. */
export interface FlagNote {
  /** Stable name of the kind of note, such as `flag-inert`. */
  readonly id: string;
  /** The flag as it was given. */
  readonly flag: string;
  /** What it does, or does not, and what to use instead. */
  readonly message: string;
}

interface GivenFlag {
  readonly text: string;
  /** With dashes, and without the two at its front. */
  readonly name: string;
  readonly value: string | undefined;
}

interface FlagRule {
  readonly id: string;
  /** The end of a sentence that begins with the flag, or undefined where there is nothing to say. */
  check(flag: GivenFlag, all: ReadonlyMap<string, GivenFlag>, nodeMajor: number): string | undefined;
}

/** Listed by every release build of Node 20 to 26, with no effect on its collections: counts and sizes stay the same. */
const INERT: ReadonlyMap<string, string> = new Map([
  [
    "gc-interval",
    "Use --min-semi-space-size and --max-semi-space-size to say how often the young generation is collected.",
  ],
  ["random-gc-interval", "Use --min-semi-space-size and --max-semi-space-size to change how often it is collected."],
  ["single-generation", "Use --gc-global to collect the whole heap each time."],
  ["verify-predictable", "Compare the trials: Heapbook says when readings that should repeat do not."],
  ["dump-allocations-digest-at-alloc", "The probe `peak` gives live bytes that repeat to the byte."],
  ["track-gc-object-stats", "The probe `gc` gives sizes before and after each collection."],
  ["gc-stats", "The probe `gc` gives sizes before and after each collection."],
]);

/** What a semi-space may grow to without a flag, in MiB, as measured; other versions are taken to allow the least. */
const LARGEST_SEMI_SPACE_MIB: ReadonlyMap<number, number> = new Map([
  [20, 16],
  [22, 16],
  [24, 64],
  [26, 32],
]);
const LEAST_LARGEST_MIB = 16;

const OBSERVERS = /^(?:require|import|loader|experimental-loader|inspect(?:-.*)?|cpu-prof|heap-prof)$/;

const mebibytes = (flag: GivenFlag | undefined): number => Number(flag?.value);

/** What was measured on Node 20.20, 22.23, 24.21 and 26.10; see docs/measurement.md. */
const RULES: readonly FlagRule[] = [
  {
    id: "flag-inert",
    check: ({ name }) => {
      const instead = INERT.get(name);
      return instead === undefined ? undefined : `does nothing in release builds of Node. ${instead}`;
    },
  },
  {
    id: "flag-semi-space-rounded",
    check: (flag) => {
      // The least size is taken as it is given, in pages.
      if (flag.name !== "max-semi-space-size") return undefined;
      const size = mebibytes(flag);
      const rounded = 2 ** Math.ceil(Math.log2(size));
      if (!(size > 0) || rounded === size) return undefined;
      return `is taken as ${rounded}: V8 rounds it up to a power of two. Write ${rounded}, and in a sweep only powers of two.`;
    },
  },
  {
    id: "flag-semi-space-grows",
    check: (flag, all) => {
      if (flag.name !== "max-semi-space-size" || all.has("min-semi-space-size")) return undefined;
      if (!(mebibytes(flag) > LEAST_LARGEST_MIB)) return undefined;
      return `raises only what a semi-space may grow to: it still begins with 1 MiB. For a young generation of that size from the start add --min-semi-space-size=${flag.value}.`;
    },
  },
  {
    id: "flag-semi-space-held",
    check: (flag, all, nodeMajor) => {
      if (flag.name !== "min-semi-space-size" || all.has("max-semi-space-size")) return undefined;
      const largest = LARGEST_SEMI_SPACE_MIB.get(nodeMajor) ?? LEAST_LARGEST_MIB;
      if (!(mebibytes(flag) > largest)) return undefined;
      return `is held to the ${largest} MiB that a semi-space of this runtime may have. Add --max-semi-space-size=${flag.value}.`;
    },
  },
  {
    id: "flag-tier-left",
    check: ({ name }, all, nodeMajor) => {
      if (!/^no-?opt$/.test(name) || nodeMajor < 23 || all.has("no-maglev") || all.has("nomaglev")) return undefined;
      return "leaves Maglev on, which optimises too and so changes what is allocated. Add --no-maglev.";
    },
  },
  {
    id: "flag-not-deterministic",
    check: ({ name }, all) =>
      name === "single-threaded-gc" && !all.has("single-threaded")
        ? "leaves code to be compiled on other threads, and readings differ from run to run. Use --single-threaded."
        : undefined,
  },
  {
    id: "flag-full-collections",
    check: ({ name }, _all, nodeMajor) =>
      name === "stress-scavenge" && nodeMajor <= 20
        ? "makes full collections, not scavenges, on this runtime. Use a small --max-semi-space-size for many scavenges."
        : undefined,
  },
  {
    id: "flag-sampling-aliases",
    check: ({ name }) =>
      name === "sampling-heap-profiler-suppress-randomness"
        ? "lets samples fall in step with the code: sizes came out wrong by -59 % to +152 %. Leave it out."
        : undefined,
  },
  {
    id: "flag-no-gc-function",
    check: ({ name }) =>
      /^no-?expose-gc$/.test(name)
        ? "takes away the collections that `settle()`, `references()` and the probe `peak` ask for. Leave it out: exposing them changes no other collection."
        : undefined,
  },
  {
    id: "flag-observer",
    check: ({ name }) =>
      OBSERVERS.test(name)
        ? "runs code of its own in the measured process, which is measured with the cell's. Import what the cell needs in the cell."
        : undefined,
  },
];

/**
 * What to know of flags that a runtime takes, but that do not do what they seem to: inert ones, ones that change what is
 * measured, ones that need a second flag. Each kind is told once for each flag, in the order given.
 * @param flags of a trial, those of its probe included
 * @param node version of the runtime, `20.20.2`
 */
export function flagNotes(flags: readonly string[], node: string): FlagNote[] {
  const given = flags.map(readFlag);
  // V8 lets the last one win.
  const all = new Map(given.map((flag) => [flag.name, flag]));
  const nodeMajor = Number.parseInt(node, 10);
  return [...all.values()].flatMap((flag) =>
    RULES.flatMap((rule): FlagNote[] => {
      const message = rule.check(flag, all, nodeMajor);
      return message === undefined ? [] : [{ id: rule.id, flag: flag.text, message: `\`${flag.text}\` ${message}` }];
    }),
  );
}

function readFlag(text: string): GivenFlag {
  const [, name = "", value] = /^--?([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  return { text, name: name.replaceAll("_", "-"), value };
}
