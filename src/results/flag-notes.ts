import { say } from "../words/say.ts";
/** A warning about a flag that the runtime accepts silently although the flag does not do what its name suggests. */
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
  /** Name of the flag, with dashes within, without the two leading dashes. */
  readonly name: string;
  readonly value: string | undefined;
}

interface FlagRule {
  readonly id: string;
  /** The note about the flag; undefined if the rule does not apply. */
  check(flag: GivenFlag, all: ReadonlyMap<string, GivenFlag>, nodeMajor: number): string | undefined;
}

type InsteadKey = "flagUseSemiSpace" | "flagUseGlobal" | "flagCompareTrials" | "flagUsePeak" | "flagUseGc";

/** The flag as code in Markdown, for the texts of notes. */
const quoted = ({ text }: Pick<GivenFlag, "text">) => ({ flag: `\`${text}\`` });

/** Flags that release builds of Node 20 to 26 accept without effect: counts and sizes of collections stay the same. */
const INERT: ReadonlyMap<string, InsteadKey> = new Map([
  ["gc-interval", "flagUseSemiSpace"],
  ["random-gc-interval", "flagUseSemiSpace"],
  ["single-generation", "flagUseGlobal"],
  ["verify-predictable", "flagCompareTrials"],
  ["dump-allocations-digest-at-alloc", "flagUsePeak"],
  ["track-gc-object-stats", "flagUseGc"],
  ["gc-stats", "flagUseGc"],
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

/**
 * Rules that find notes about flags. Their facts were measured on Node 20.20, 22.23, 24.21 and 26.10; see
 * docs/measurement.md.
 */
const RULES: readonly FlagRule[] = [
  {
    id: "flag-inert",
    check: ({ name, text }) => {
      const instead = INERT.get(name);
      return instead === undefined ? undefined : `${say("flagInert", quoted({ text }))} ${say(instead)}`;
    },
  },
  {
    id: "flag-semi-space-rounded",
    check: (flag) => {
      // V8 rounds `--min-semi-space-size` to pages, not to a power of two.
      if (flag.name !== "max-semi-space-size") return undefined;
      const size = mebibytes(flag);
      const rounded = 2 ** Math.ceil(Math.log2(size));
      if (!(size > 0) || rounded === size) return undefined;
      return say("flagRounded", { ...quoted(flag), size: rounded });
    },
  },
  {
    id: "flag-semi-space-grows",
    check: (flag, all) => {
      if (flag.name !== "max-semi-space-size" || all.has("min-semi-space-size")) return undefined;
      if (!(mebibytes(flag) > LEAST_LARGEST_MIB)) return undefined;
      return say("flagGrows", { ...quoted(flag), size: flag.value ?? "" });
    },
  },
  {
    id: "flag-semi-space-held",
    check: (flag, all, nodeMajor) => {
      if (flag.name !== "min-semi-space-size" || all.has("max-semi-space-size")) return undefined;
      const largest = LARGEST_SEMI_SPACE_MIB.get(nodeMajor) ?? LEAST_LARGEST_MIB;
      if (!(mebibytes(flag) > largest)) return undefined;
      return say("flagHeld", { ...quoted(flag), largest, size: flag.value ?? "" });
    },
  },
  {
    id: "flag-tier-left",
    check: ({ name, text }, all, nodeMajor) => {
      if (!/^no-?opt$/.test(name) || nodeMajor < 23 || all.has("no-maglev") || all.has("nomaglev")) return undefined;
      return say("flagTierLeft", quoted({ text }));
    },
  },
  {
    id: "flag-not-deterministic",
    check: ({ name, text }, all) =>
      name === "single-threaded-gc" && !all.has("single-threaded")
        ? say("flagNotDeterministic", quoted({ text }))
        : undefined,
  },
  {
    id: "flag-full-collections",
    check: ({ name, text }, _all, nodeMajor) =>
      name === "stress-scavenge" && nodeMajor <= 20 ? say("flagFullCollections", quoted({ text })) : undefined,
  },
  {
    id: "flag-sampling-aliases",
    check: ({ name, text }) =>
      name === "sampling-heap-profiler-suppress-randomness" ? say("flagAliases", quoted({ text })) : undefined,
  },
  {
    id: "flag-no-gc-function",
    check: ({ name, text }) => (/^no-?expose-gc$/.test(name) ? say("flagNoGc", quoted({ text })) : undefined),
  },
  {
    id: "flag-observer",
    check: ({ name, text }) => (OBSERVERS.test(name) ? say("flagObserver", quoted({ text })) : undefined),
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
      return message === undefined ? [] : [{ id: rule.id, flag: flag.text, message }];
    }),
  );
}

function readFlag(text: string): GivenFlag {
  const [, name = "", value] = /^--?([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  return { text, name: name.replaceAll("_", "-"), value };
}
