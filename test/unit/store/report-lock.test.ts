import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { lockReport } from "../../../src/store/report-lock.ts";
import { createWorkspace, type Workspace } from "../../helpers/workspace.ts";

const REPORT = "/a/report.md";
const never = new AbortController().signal;

function lock({ folder }: Workspace, waited: number[] = [], signal = never): Promise<() => void> {
  return lockReport(folder, REPORT, { signal, onWaiting: (pid) => void waited.push(pid) });
}

/** Leaves a lock as a render that was killed does. */
async function leave(workspace: Workspace, pid: number, host: string, ageMs: number): Promise<void> {
  (await lock(workspace))();
  const path = workspace.path(`.heapbook/locks/${(await lockName(workspace)) ?? ""}`);
  writeFileSync(path, JSON.stringify({ pid, host, token: "other" }));
  const seconds = (Date.now() - ageMs) / 1000;
  utimesSync(path, seconds, seconds);
}

async function lockName(workspace: Workspace): Promise<string | undefined> {
  const release = await lock(workspace);
  const [path] = workspace.list(".heapbook/locks");
  release();
  return path?.split("/").at(-1);
}

describe("the lock of a report", () => {
  it("lets one render run after the other, and is gone afterwards", async () => {
    const workspace = createWorkspace();
    const order: string[] = [];
    const waited: number[] = [];
    const release = await lock(workspace);
    const second = lock(workspace, waited).then((done) => {
      order.push("second");
      done();
    });
    await new Promise((resolve) => setTimeout(resolve, 250));
    order.push("first");
    release();
    await second;
    expect(order).toEqual(["first", "second"]);
    expect(waited).toEqual([process.pid]);
    expect(workspace.list(".heapbook/locks")).toEqual([]);
  });

  it("of a process that has ended, or that was not touched for long, is taken over", async () => {
    const ended = 2 ** 22 - 1;
    for (const [pid, host, ageMs] of [
      [ended, hostname(), 0],
      [process.pid, "elsewhere", 60_000],
    ] as const) {
      const workspace = createWorkspace();
      await leave(workspace, pid, host, ageMs);
      const waited: number[] = [];
      (await lock(workspace, waited))();
      expect(waited).toEqual([]);
      expect(workspace.list(".heapbook/locks")).toEqual([]);
    }
  });

  it("keeps waiting for a render of another machine, until the user ends it", async () => {
    const workspace = createWorkspace();
    await leave(workspace, 1, "elsewhere", 0);
    const controller = new AbortController();
    const waiting = lock(workspace, [], controller.signal);
    controller.abort(new Error("interrupted"));
    await expect(waiting).rejects.toThrow("interrupted");
    expect(workspace.list(".heapbook/locks")).toHaveLength(1);
  });

  it("is taken over where its file is half written", async () => {
    const workspace = createWorkspace();
    const name = await lockName(workspace);
    mkdirSync(workspace.path(".heapbook/locks"), { recursive: true });
    const path = workspace.path(`.heapbook/locks/${name}`);
    writeFileSync(path, "");
    utimesSync(path, 1, 1);
    (await lock(workspace))();
    expect(workspace.list(".heapbook/locks")).toEqual([]);
  });
});
