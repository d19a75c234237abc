/** Renders one report without running its cells: their trials give what the case says. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FORMATS = ["html", "md", "ipynb"];
/** A render that computes for longer hangs. The CPU time decides: on a machine with other work, the clock says nothing. */
const CPU_LIMIT_MS = 60_000;
/** A render that waits for longer, without computing, waits for something that never comes. */
const WALL_LIMIT_MS = 1_200_000;
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/**
 * Renders a case.
 *
 * @returns `outcome`: `page`, or the codes of the mistakes found; `faults`: what is wrong with Heapbook, as text: empty where nothing is
 */
export async function runCase({ source, outputs, failure, shownWords }) {
  const { renderReport, UserError, UserErrors } = await import("../../dist/index.js");
  const root = mkdtempSync(join(tmpdir(), "heapbook-fuzz-"));
  let turn = 0;
  const executor = {
    run: async () => {
      const given = outputs.length === 0 ? [] : outputs[turn++ % outputs.length];
      return {
        ...{ failure, durationMs: 1, outputs: given, readings: [], collections: [], checkpoints: [], regionHeaps: [] },
        ...{ lineProfiles: [], unfinishedWork: [], reads: [], observed: [] },
        limits: { heapSizeLimitBytes: 2 ** 31, semiSpaceStartBytes: 2 ** 20, semiSpaceLimitBytes: 2 ** 24 },
      };
    },
  };
  const faults = [];
  const warnings = [];
  let timer;
  try {
    const folder = join(root, "study");
    mkdirSync(folder);
    const path = join(folder, "report.md");
    writeFileSync(path, source);
    writeFileSync(join(folder, "p.png"), PIXEL);
    writeFileSync(join(folder, "p.svg"), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const options = {
      ...{
        path,
        root,
        outputFolder: join(root, "site"),
        formats: FORMATS,
        params: {},
        mode: "reuse",
        jobs: 1,
        executor,
      },
      signal: new AbortController().signal,
      onProgress: () => {},
      onWarning: (warning) => warnings.push(warning),
    };
    const [cpuBefore, startMs] = [process.cpuUsage(), performance.now()];
    const late = new Promise((_, reject) => {
      timer = setInterval(() => {
        const { user, system } = process.cpuUsage(cpuBefore);
        const [cpuMs, wallMs] = [(user + system) / 1000, performance.now() - startMs];
        if (cpuMs < CPU_LIMIT_MS && wallMs < WALL_LIMIT_MS) return;
        reject(new Error(`not rendered within ${cpuMs.toFixed(0)} ms of CPU time, ${wallMs.toFixed(0)} ms`));
      }, 1000);
    });
    const outcome = await Promise.race([renderReport(options), late]);
    const texts = Object.fromEntries(
      outcome.rendered
        .filter(({ contents }) => typeof contents === "string")
        .map(({ path: name, contents }) => [name, contents]),
    );
    faults.push(...findFaults(texts, shownWords));
    if (existsSync(join(root, "x.png"))) faults.push("wrote outside the site");
    return { outcome: "page", warnings, faults, texts };
  } catch (error) {
    if (error instanceof UserErrors)
      return {
        outcome: error.errors.map(({ code }) => code).join(" "),
        warnings,
        faults: error.errors.flatMap(badError),
      };
    if (error instanceof UserError) return { outcome: error.code, warnings, faults: badError(error) };
    return { outcome: "fault", warnings, faults: [error?.cause?.stack ?? error?.stack ?? String(error)] };
  } finally {
    clearInterval(timer);
    rmSync(root, { recursive: true, force: true });
  }
}

/** An error says where it is and what to do. */
function badError({ message, code, hint, position }) {
  const faults = [];
  if (!code || !message) faults.push(`an error without code or message: ${code} ${message}`);
  if (hint === undefined && position === undefined) faults.push(`${code}: neither a place nor a hint: ${message}`);
  if (/undefined|\[object Object\]|NaN/.test(message)) faults.push(`${code}: ${message}`);
  return faults;
}

/** What no page may have or lack. */
function findFaults(texts, shownWords) {
  const faults = [];
  const page = texts["index.html"] ?? "";
  // Formulas have their letters in elements of their own.
  const visible = page
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, "")
    .replace(/\s+/g, "");
  for (const [name, text] of [
    ["index.html", visible],
    ...Object.entries(texts).filter(([name]) => /^report\.(md|ipynb)$/.test(name)),
  ]) {
    const lost = shownWords.filter((word) => !text.includes(word));
    if (lost.length > 0) faults.push(`${name} lost ${lost.join(", ")}`);
  }
  const body = page.slice(page.indexOf("<body"));
  if (!page.trimEnd().endsWith("</html>")) faults.push("index.html does not end with </html>");
  const attributes = body.match(/<[a-z][^<>]*\son[a-z]+\s*=/i);
  if (attributes !== null) faults.push(`a handler: ${attributes[0].slice(0, 200)}`);
  if (/<[a-z][^<>]*\s(?:href|src)\s*=\s*["']?\s*javascript:/i.test(body)) faults.push("an address that runs code");
  for (const [name, text] of Object.entries(texts)) if (text.includes("\0")) faults.push(`a NUL in ${name}`);
  try {
    JSON.parse(texts["report.ipynb"] ?? "{}");
  } catch (error) {
    faults.push(`report.ipynb is no JSON: ${error.message}`);
  }
  return faults;
}
