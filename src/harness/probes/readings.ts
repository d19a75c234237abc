import { send } from "../channel.ts";

/**
 * Sends the metrics of a region, each in its unit.
 * @param noteOf under what condition one was read, where a reader must know
 */
export function sendMetrics(
  region: string,
  metrics: Readonly<Record<string, number>>,
  unitOf: (id: string) => string,
  noteOf: (id: string) => string | undefined = () => undefined,
): void {
  for (const [id, value] of Object.entries(metrics)) {
    const note = noteOf(id);
    const noted = note === undefined ? {} : { note };
    send({ type: "metric", reading: { id, region, value, unit: unitOf(id), better: "lower", ...noted } });
  }
}
