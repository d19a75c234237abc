import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EndDeadline } from "../../../src/process/end-deadline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("kills a program that spends its grace, and counts no time in which it waits for Heapbook", async () => {
  const kill = vi.fn();
  const deadline = new EndDeadline(kill, 3000);
  deadline.begin(1000);
  await vi.advanceTimersByTimeAsync(2000);
  deadline.pause();
  await vi.advanceTimersByTimeAsync(60_000);
  deadline.resume();
  await vi.advanceTimersByTimeAsync(1500);
  expect(kill).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1000);
  expect(kill).toHaveBeenCalledTimes(1);
});

it("kills no program that has begun to end", async () => {
  const kill = vi.fn();
  const deadline = new EndDeadline(kill, 3000);
  deadline.begin(0);
  await vi.advanceTimersByTimeAsync(2000);
  deadline.cancel();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(kill).not.toHaveBeenCalled();
});
