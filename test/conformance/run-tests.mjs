/** Process that runs the tests whose paths it is sent, and sends back what each of them did. */
import { instrument } from "../../dist/allocation/instrument/instrument.js";
import { instrumentedPositions } from "../../dist/allocation/instrument/positions.js";
import { runTest, sourceIn } from "./realm.mjs";
import { readTest } from "./test-file.mjs";

// Rejections of one test must not end the run of all.
process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

async function runMarked(test, mode, root, engine) {
  const sourceType = mode === "module" ? "module" : "script";
  const options = { module: 0, fileName: test.path, sourceType, firstCounter: 0, engine };
  let positions;
  const textOf = (text) => {
    positions ??= instrumentedPositions(sourceIn(test, mode), options);
    return positions.textOf(text) ?? text;
  };
  return runTest(test, mode, root, { instrument, engine, textOf });
}

process.on("message", async ({ path, root }) => {
  const test = readTest(path, root);
  const result = { runs: 0, skipped: 0, otherwise: [] };
  for (const mode of test.modes) {
    const plain =
      test.isSkipped || test.negative !== undefined ? "skipped" : await runTest(test, mode, root, undefined);
    if (plain !== "passed") {
      result.skipped += 1;
      continue;
    }
    for (const engine of ["tracker", "meter"]) {
      process.send({ marking: `${mode}, ${engine}` });
      const did = await runMarked(test, mode, root, engine);
      result.runs += 1;
      if (did !== "passed") result.otherwise.push({ mode, engine, did });
    }
  }
  process.send({ result });
});
