import { send } from "../channel.ts";

/**
 * Sends the metrics of one region to the parent, by id. Their units and directions are only in the parent's table
 * (`results/metric-catalog.ts`).
 * @param noteOf returns the condition under which a metric was read, in a few words, or undefined
 */
export function sendMetrics(
  region: string,
  metrics: Readonly<Record<string, number>>,
  noteOf: (id: string) => string | undefined = () => undefined,
): void {
  for (const [id, value] of Object.entries(metrics)) {
    const note = noteOf(id);
    const noted = note === undefined ? {} : { note };
    send({ type: "metric", reading: { id, region, value, ...noted } });
  }
}
