import { UserError } from "../errors.ts";

/**
 * Loads modules that need oxc-parser, whose binary is an optional package of npm for each platform.
 * @throws UserError `parser-not-installed` where npm has left the binary out
 */
export async function loadWithParser<Modules>(loading: Promise<Modules>): Promise<Modules> {
  try {
    return await loading;
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("native binding"))) throw error;
    throw new UserError(
      "the parser of JavaScript, oxc-parser, is not installed for this platform; line profiles, the search for a peak and computed imports need the parser",
      {
        code: "parser-not-installed",
        hint: "Install Heapbook again without `--omit=optional` and, where node_modules came from another platform, from scratch: `npm ci`.",
        cause: error,
      },
    );
  }
}
