/** Uses timers once, so that what Node allocates at their first use is in no region's readings. */
export async function rehearseTimers(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setImmediate(resolve));
}
