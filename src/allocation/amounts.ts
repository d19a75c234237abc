/** Bytes and numbers of objects: allocated (freed ones included), and live. */
export interface Amounts {
  allocatedBytes: number;
  allocations: number;
  liveBytes: number;
  liveObjects: number;
}

export const noAmounts = (): Amounts => ({ allocatedBytes: 0, allocations: 0, liveBytes: 0, liveObjects: 0 });

export function addAmounts(to: Amounts, amounts: Readonly<Amounts>): void {
  to.allocatedBytes += amounts.allocatedBytes;
  to.allocations += amounts.allocations;
  to.liveBytes += amounts.liveBytes;
  to.liveObjects += amounts.liveObjects;
}

export function sumAmounts(all: Iterable<Readonly<Amounts>>): Amounts {
  const sum = noAmounts();
  for (const amounts of all) addAmounts(sum, amounts);
  return sum;
}
