/** Entry of a program traced by the engine `meter` (docs/measurement.md#meter). */

// Imported first, because the modules below copy `gc` as they load.
import "./hide-collector.ts";
import { ELSEWHERE_SITE } from "../../model/meter-sites.ts";
import { send } from "../channel.ts";
import { installMeter, type MeterReading, readMeter, subtractReading } from "../meter/meter.ts";
import type { CreateEngine } from "./engine.ts";
import { withCollector } from "./hide-collector.ts";
import { startProgram } from "./start-program.ts";

function sendMetered(start: MeterReading, end: MeterReading): void {
  const { accuracy, sites } = subtractReading(end, start);
  if (sites.length === 0) sites.push([ELSEWHERE_SITE, 0, 0]);
  send({ type: "metered", region: "", accuracy, sites });
}

const createMeter: CreateEngine = ({ tracing }) => {
  withCollector(() => installMeter(tracing.counters));
  let start: MeterReading | undefined;
  return {
    holdsLoop: false,
    begin: () => {
      start = readMeter();
    },
    read: () => {},
    end: () => {
      if (start !== undefined) sendMetered(start, readMeter());
    },
  };
};

startProgram(createMeter);
