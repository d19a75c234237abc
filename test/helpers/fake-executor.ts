import { readFileSync } from "node:fs";
import type { ExecutedTrial, TrialExecutor, TrialSpec } from "../../src/process/trial-executor.ts";
import { makeTrial } from "./results.ts";

/** A trial that was asked for. */
export interface FakeRun {
  /** `label probe`, and the variant's values: `walks peak saved`. */
  readonly name: string;
  readonly spec: TrialSpec;
  /** 1 for the first of its name. */
  readonly time: number;
}

export interface FakeExecutor extends TrialExecutor {
  /** Everything that was asked for, in order. */
  readonly runs: readonly FakeRun[];
  readonly names: readonly string[];
  /** The most trials that ran at one time. */
  readonly mostAtOnce: number;
}

/**
 * An executor that runs nothing: the script says how each trial ends. A cell is known by `cell("label")` in its code.
 * A trial takes a turn of the event loop, so that others can begin beside it.
 */
export function makeFakeExecutor(
  script: (run: FakeRun) => Partial<ExecutedTrial> | Promise<Partial<ExecutedTrial>> = () => ({}),
): FakeExecutor {
  const runs: FakeRun[] = [];
  let running = 0;
  let mostAtOnce = 0;
  return {
    runs,
    get names() {
      return runs.map((run) => run.name);
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    async run(spec, signal) {
      signal.throwIfAborted();
      const label = /\bcell\("([\w-]+)"\)/.exec(readFileSync(spec.bundlePath, "utf8"))?.[1] ?? "?";
      const name = [label, spec.probe, ...Object.values(spec.variant).map(String)].join(" ");
      const run = { name, spec, time: runs.filter((each) => each.name === name).length + 1 };
      runs.push(run);
      running++;
      mostAtOnce = Math.max(mostAtOnce, running);
      try {
        const changes = await script(run);
        await new Promise((resolve) => setTimeout(resolve, 1));
        signal.throwIfAborted();
        const { observed, written, ...trial } = changes;
        return {
          ...makeTrial(trial),
          ...(observed === undefined ? {} : { observed }),
          ...(written === undefined ? {} : { written }),
        };
      } finally {
        running--;
      }
    },
  };
}
