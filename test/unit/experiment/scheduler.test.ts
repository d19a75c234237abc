import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Scheduler } from "../../../src/experiment/scheduler.ts";

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function defer(): Deferred {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  return { promise, resolve, reject };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A scheduler whose tasks end when the test says so, and what it did. */
function watch(slots: number) {
  const scheduler = new Scheduler(slots);
  const started: string[] = [];
  const running = new Map<string, Deferred>();
  const add = (name: string, timed = false): Promise<void> =>
    scheduler.add({
      timed,
      run: async () => {
        started.push(name);
        const deferred = defer();
        running.set(name, deferred);
        try {
          await deferred.promise;
        } finally {
          running.delete(name);
        }
      },
    });
  const end = async (name: string): Promise<void> => {
    running.get(name)?.resolve();
    await turn();
  };
  return { add, end, started, running };
}

describe("tasks", () => {
  it("run side by side, as many as there are slots, in the order they came", async () => {
    const { add, end, started } = watch(2);
    const all = ["a", "b", "c", "d"].map((name) => add(name));
    expect(started).toEqual(["a", "b"]);
    await end("b");
    expect(started).toEqual(["a", "b", "c"]);
    await end("a");
    await end("c");
    await end("d");
    await Promise.all(all);
    expect(started).toEqual(["a", "b", "c", "d"]);
  });

  it("that are timed run alone, after those that are not, one by one", async () => {
    const { add, end, started, running } = watch(4);
    const all = [add("a"), add("time 1", true), add("time 2", true), add("b")];
    expect(started).toEqual(["a", "b"]);
    await end("a");
    expect(started).toEqual(["a", "b"]);
    await end("b");
    expect([...running.keys()]).toEqual(["time 1"]);
    all.push(add("late"));
    expect([...running.keys()]).toEqual(["time 1"]);
    await end("time 1");
    expect([...running.keys()]).toEqual(["late"]);
    await end("late");
    await end("time 2");
    await Promise.all(all);
  });

  it("that a finished one makes ready come before a timed one that waits", async () => {
    const { add, end, started } = watch(1);
    const next = add("a").then(() => add("after a"));
    const timed = add("timed", true);
    await end("a");
    expect(started).toEqual(["a", "after a"]);
    await end("after a");
    await end("timed");
    await Promise.all([next, timed]);
  });

  it("that fail reject the promise of their caller, and free their slot", async () => {
    const { add, end, running, started } = watch(1);
    const bad = add("bad");
    const good = add("good");
    running.get("bad")?.reject(new Error("no"));
    await expect(bad).rejects.toThrow("no");
    await turn();
    expect(started).toEqual(["bad", "good"]);
    await end("good");
    await good;
  });

  it("get one slot where none is offered", async () => {
    const { add, end, started } = watch(0);
    const task = add("a");
    expect(started).toEqual(["a"]);
    await end("a");
    await task;
  });
});

describe("any tasks", () => {
  it("all run once, never more than the slots, a timed one never beside another", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ timed: fc.boolean(), turns: fc.nat(3), fails: fc.boolean(), late: fc.boolean() }), {
          maxLength: 12,
        }),
        async (slots, tasks) => {
          const scheduler = new Scheduler(slots);
          const running = new Set<{ timed: boolean }>();
          const order: number[] = [];
          const added: Promise<void>[] = [];
          for (const [index, task] of tasks.entries()) {
            if (task.late) await turn();
            const run = async (): Promise<void> => {
              order.push(index);
              running.add(task);
              expect(running.size).toBeLessThanOrEqual(slots);
              expect(running.size === 1 || ![...running].some((each) => each.timed)).toBe(true);
              for (let i = 0; i < task.turns; i++) await turn();
              running.delete(task);
              if (task.fails) throw new Error(`task ${index}`);
            };
            const end = scheduler.add({ timed: task.timed, run });
            end.catch(() => {}); // looked at below, when all have ended
            added.push(end);
          }
          const settled = await Promise.allSettled(added);
          expect(settled.map((each) => (each.status === "rejected" ? String(each.reason) : ""))).toEqual(
            tasks.map((task, index) => (task.fails ? `Error: task ${index}` : "")),
          );
          expect([...order].sort((a, b) => a - b)).toEqual(tasks.map((_, index) => index));
          // Among tasks of one sort, first come, first served.
          for (const timed of [true, false]) {
            const own = order.filter((index) => tasks[index]?.timed === timed);
            expect(own).toEqual([...own].sort((a, b) => a - b));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
