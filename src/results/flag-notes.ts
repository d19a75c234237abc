/** A warning about a flag that the runtime accepts without a message of its own. */
export interface FlagNote {
  /** Stable name of the kind of note, such as `flag-inert`. */
  readonly id: string;
  /** The flag as it was given. */
  readonly flag: string;
  /** What the flag does or does not do, and what to use instead. */
  readonly message: string;
}

interface GivenFlag {
  readonly text: string;
  /** The name with dashes, without the leading two. */
  readonly name: string;
  readonly value: string | undefined;
}

interface FlagRule {
  readonly id: string;
  /** Rest of a sentence that begins with the flag; undefined if the rule does not apply. */
  check(flag: GivenFlag, all: ReadonlyMap<string, GivenFlag>, nodeMajor: number): string | undefined;
}

/** Flags that release builds of Node 20 to 26 accept without effect: counts and sizes of collections stay the same. */
const INERT: ReadonlyMap<string, string> = new Map([
  [
    "gc-interval",
    "Use --min-semi-space-size and --max-semi-space-size to set how often V8 collects the young generation.",
  ],
  [
    "random-gc-interval",
    "Use --min-semi-space-size and --max-semi-space-size to change how often V8 collects the young generation.",
  ],
  ["single-generation", "Use --gc-global to collect the whole heap each time."],
  ["verify-predictable", "Compare the trials: Heapbook reports readings that should be equal and are not."],
  ["dump-allocations-digest-at-alloc", "The probe `peak` measures live bytes that are equal in every trial."],
  ["track-gc-object-stats", "The probe `gc` records sizes before and after each collection."],
  ["gc-stats", "The probe `gc` records sizes before and after each collection."],
]);

/** Largest semi-space without flags in MiB, by major version of Node, as measured. For other versions the smallest value is assumed. */
const LARGEST_SEMI_SPACE_MIB: ReadonlyMap<number, number> = new Map([
  [20, 16],
  [22, 16],
  [24, 64],
  [26, 32],
]);
const LEAST_LARGEST_MIB = 16;

const OBSERVERS = /^(?:require|import|loader|experimental-loader|inspect(?:-.*)?|cpu-prof|heap-prof)$/;

const mebibytes = (flag: GivenFlag | undefined): number => Number(flag?.value);

/** Measured on Node 20.20, 22.23, 24.21 and 26.10; see docs/measurement.md. */
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
      // V8 rounds the minimum size to pages only.
      if (flag.name !== "max-semi-space-size") return undefined;
      const size = mebibytes(flag);
      const rounded = 2 ** Math.ceil(Math.log2(size));
      if (!(size > 0) || rounded === size) return undefined;
      return `means ${rounded}: V8 rounds the size up to a power of two. Write ${rounded}, and use only powers of two in a sweep.`;
    },
  },
  {
    id: "flag-semi-space-grows",
    check: (flag, all) => {
      if (flag.name !== "max-semi-space-size" || all.has("min-semi-space-size")) return undefined;
      if (!(mebibytes(flag) > LEAST_LARGEST_MIB)) return undefined;
      return `raises only the maximum: a semi-space still starts at 1 MiB. Add --min-semi-space-size=${flag.value} for that size from the start.`;
    },
  },
  {
    id: "flag-semi-space-held",
    check: (flag, all, nodeMajor) => {
      if (flag.name !== "min-semi-space-size" || all.has("max-semi-space-size")) return undefined;
      const largest = LARGEST_SEMI_SPACE_MIB.get(nodeMajor) ?? LEAST_LARGEST_MIB;
      if (!(mebibytes(flag) > largest)) return undefined;
      return `is limited to ${largest} MiB, the largest semi-space of this runtime. Add --max-semi-space-size=${flag.value}.`;
    },
  },
  {
    id: "flag-tier-left",
    check: ({ name }, all, nodeMajor) => {
      if (!/^no-?opt$/.test(name) || nodeMajor < 23 || all.has("no-maglev") || all.has("nomaglev")) return undefined;
      return "leaves the compiler Maglev on, which also optimises and so changes allocations. Add --no-maglev.";
    },
  },
  {
    id: "flag-not-deterministic",
    check: ({ name }, all) =>
      name === "single-threaded-gc" && !all.has("single-threaded")
        ? "still lets other threads compile code, so readings differ from run to run. Use --single-threaded."
        : undefined,
  },
  {
    id: "flag-full-collections",
    check: ({ name }, _all, nodeMajor) =>
      name === "stress-scavenge" && nodeMajor <= 20
        ? "causes full collections, not scavenges, on this runtime. Use a small --max-semi-space-size for many scavenges."
        : undefined,
  },
  {
    id: "flag-sampling-aliases",
    check: ({ name }) =>
      name === "sampling-heap-profiler-suppress-randomness"
        ? "aligns samples with loops of the program: sizes were wrong by -59 % to +152 %. Remove it."
        : undefined,
  },
  {
    id: "flag-no-gc-function",
    check: ({ name }) =>
      /^no-?expose-gc$/.test(name)
        ? "removes the forced collections that `settle()`, `references()` and the probe `peak` need. Remove it: exposing `gc` changes no other collection."
        : undefined,
  },
  {
    id: "flag-observer",
    check: ({ name }) =>
      OBSERVERS.test(name)
        ? "runs other code in the measured process, which adds to the measurement. Import the module in the cell instead."
        : undefined,
  },
];

/**
 * Finds flags that a runtime accepts but that do not do what their names suggest: flags without effect, flags that change the
 * measurement, flags that need a second one. Returns one note for each flag and kind, in the order of the flags.
 * @param flags of a trial, including those of its probe
 * @param node version of the runtime, such as `20.20.2`
 */
export function flagNotes(flags: readonly string[], node: string): FlagNote[] {
  const given = flags.map(readFlag);
  // For V8 the last value of a repeated flag counts.
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
