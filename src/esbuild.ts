import { createRequire } from "node:module";
import { UserError } from "./errors.ts";

type Esbuild = typeof import("esbuild");

/** Messages of esbuild about its binary: it is not installed, or it is that of another platform. */
const NO_BINARY = /could not be found, and is needed by esbuild|installed esbuild for another platform/;

/**
 * Loads esbuild and calls `work` with it. `require()` because `import()` would first parse esbuild's CommonJS module for
 * exports, which takes 50 ms. Its binary is an optional npm package for each platform.
 *
 * @throws UserError `bundler-not-installed` if npm did not install the binary
 */
export function withEsbuild<Result>(work: (esbuild: Esbuild) => Result): Result {
  try {
    return work(createRequire(import.meta.url)("esbuild") as Esbuild);
  } catch (error) {
    if (!(error instanceof Error && NO_BINARY.test(error.message))) throw error;
    throw new UserError("The bundler, esbuild, is not installed for this platform.", {
      code: "bundler-not-installed",
      hint: "Install Heapbook again without `--omit=optional` and, where node_modules came from another platform, from scratch: `npm ci`.",
      cause: error,
    });
  }
}
