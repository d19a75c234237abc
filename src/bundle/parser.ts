import { UserError } from "../errors.ts";

/**
 * Awaits the import of modules that need oxc-parser. Its native binary is an optional npm package for each platform.
 * @throws UserError `parser-not-installed` if npm did not install the binary
 */
export async function loadWithParser<Modules>(loading: Promise<Modules>): Promise<Modules> {
  try {
    return await loading;
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("native binding"))) throw error;
    throw new UserError(
      "The parser of JavaScript, oxc-parser, is not installed for this platform. Line profiles and the search for a peak need the parser.",
      {
        code: "parser-not-installed",
        hint: "Install Heapbook again without `--omit=optional` and, where node_modules came from another platform, from scratch: `npm ci`.",
        cause: error,
      },
    );
  }
}
