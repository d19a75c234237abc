/** Makes what Node allocates for its timers at their first use, so that it is in no region's readings. */
export async function rehearseTimers(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
}
