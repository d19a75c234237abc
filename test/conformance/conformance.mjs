/**
 * `npm run conformance -- TEST262 [FOLDER...] [--every N]`: runs the programs of a checkout of test262 (github.com/tc39/test262) as they are
 * and with markers, for the engines tracker and meter, and prints those that behave otherwise when marked; exits 1 if any. A folder is
 * relative to TEST262/test, `language` by default. `--every 10` runs each tenth test. Nothing of test262 is part of Heapbook.
 *
 * What Node itself does not pass is not compared, nor are programs that test262 wants to be refused.
 */
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { listTests } from "./test-file.mjs";

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}

const words = process.argv.slice(2);
const at = words.indexOf("--every");
const every = at < 0 ? 1 : Number(words.splice(at, 2)[1]);
if (!Number.isInteger(every) || every < 1) fail("--every takes a whole number from 1");
const [checkout, ...named] = words;
if (checkout === undefined || !existsSync(join(checkout, "harness", "assert.js")))
  fail("give the folder of a checkout of test262: npm run conformance -- ../test262 language/expressions");
const root = resolve(checkout);
const folders = (named.length > 0 ? named : ["language"]).map((each) => join(root, "test", each));
for (const folder of folders) if (!existsSync(folder)) fail(`there is no ${folder}`);

/** Tests after which a new process runs the next: Node keeps the modules of vm for ever. */
const TESTS_OF_A_PROCESS = 300;

/** A process that runs tests. V8 aborts in some tests of modules, so that the next test needs another process. */
let runner;

function startRunner() {
  const execArgv = ["--experimental-vm-modules", "--no-warnings", "--max-old-space-size=1024"];
  return fork(fileURLToPath(new URL("run-tests.mjs", import.meta.url)), {
    execArgv,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** What a test did. `skipped` counts the modes that do not pass as they are. */
function run(path) {
  runner ??= startRunner();
  let marking;
  return new Promise((done) => {
    const leave = (result) => {
      runner.removeAllListeners();
      done(result);
    };
    runner.on("message", (message) => {
      if (message.result === undefined) marking = message.marking;
      else leave(message.result);
    });
    runner.once("exit", (code, signal) => {
      const otherwise = marking === undefined ? [] : [{ mode: marking, did: `ended with ${signal ?? code}` }];
      leave({ runs: otherwise.length, skipped: 1 - otherwise.length, otherwise });
      runner = undefined;
    });
    runner.send({ path, root });
  });
}

const counts = { runs: 0, skipped: 0, otherwise: 0 };
const tests = folders.flatMap(listTests).filter((_, index) => index % every === 0);
for (const [index, path] of tests.entries()) {
  if (index % TESTS_OF_A_PROCESS === 0) {
    runner?.kill();
    runner = undefined;
  }
  const { runs, skipped, otherwise } = await run(path);
  counts.runs += runs;
  counts.skipped += skipped;
  counts.otherwise += otherwise.length;
  for (const { mode, engine, did } of otherwise)
    process.stdout.write(
      `${relative(root, path)} (${mode}${engine === undefined ? "" : `, ${engine}`}): ${did.slice(0, 300).replaceAll("\n", " ")}\n`,
    );
}
runner?.kill();
process.stdout.write(
  `${counts.runs} runs of ${tests.length} tests, ${counts.otherwise} behave otherwise when marked; ${counts.skipped} skipped, which Node does not pass, or which test that code is refused\n`,
);
process.exit(counts.otherwise > 0 ? 1 : 0);
