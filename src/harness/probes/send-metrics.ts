import { send } from "../channel.ts";

/**
 * Sends the metrics of one region to the parent, by id. Unit and direction of each stand in the metric table of the parent
 * (`results/metric-catalog.ts`) and nowhere else.
 * @param noteOf under what condition a metric was read, in a few words; undefined for none
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
