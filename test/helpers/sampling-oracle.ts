/**
 * Program for `node -e` with a module's URL and a number of calls as arguments. Prints the bytes for a call of each of its
 * exports as JSON, by V8's sampling profiler at an interval of 1 byte, of the module as its author wrote it. The export
 * `run(work, calls)` calls.
 */
export const ORACLE = `const { Session } = require("node:inspector");
const session = new Session();
session.connect();
const calls = Number(process.argv[2]);
import(process.argv[1]).then(async ({ run, ...works }) => {
  const read = async (work, times) => {
    session.post("HeapProfiler.startSampling", {
      samplingInterval: 1, includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true,
    });
    await run(work, times);
    let sum = 0;
    session.post("HeapProfiler.stopSampling", (error, { profile }) => {
      const add = (node, isOwn) => {
        const here = isOwn || node.callFrame.url === process.argv[1];
        if (here) sum += node.selfSize;
        for (const child of node.children) add(child, here);
      };
      add(profile.head, false);
    });
    return sum;
  };
  const bytes = {};
  for (const [name, work] of Object.entries(works)) {
    for (let i = 0; i < 5; i++) await run(work, 200);
    bytes[name] = Math.round(((await read(work, 2 * calls)) - (await read(work, calls))) / calls);
  }
  console.log(JSON.stringify(bytes));
});`;
