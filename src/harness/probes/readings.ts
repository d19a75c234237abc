import { send } from "../channel.ts";

/**
 * Sends the metrics of a region, each in its unit.
 * @param note under what condition they were read, where a reader must know
 */
export function sendMetrics(
  region: string,
  metrics: Readonly<Record<string, number>>,
  unitOf: (id: string) => string,
  note?: string,
): void {
  const noted = note === undefined ? {} : { note };
  for (const [id, value] of Object.entries(metrics)) {
    send({ type: "metric", reading: { id, region, value, unit: unitOf(id), better: "lower", ...noted } });
  }
}
