import * as z from "zod";
import { didYouMean, UserError, UserErrors } from "../errors.ts";
import { type FileOption, type Interactive, interactiveSchema, type Theme } from "./front-matter.ts";
import { codeOfName, LANGUAGE_CODE, languageCode } from "./language.ts";
import { describeValue, readYaml, type YamlReading } from "./yaml.ts";

/** Files of a project that replace or extend Heapbook's own templates. Paths are relative to the project. */
export interface TemplateSettings {
  /** Template of the whole page, in place of `templates/report.hbs`. */
  readonly page: FileOption | undefined;
  /** Folder of `.hbs` files. Each replaces the built-in part with its name, or adds a part. */
  readonly partials: FileOption | undefined;
  /** Style sheets that are applied after Heapbook's own. */
  readonly css: readonly FileOption[];
  /** Image beside the site's name. */
  readonly logo: FileOption | undefined;
  /** Template that is added at the end of each page. */
  readonly footer: FileOption | undefined;
}

/** Content of `heapbook.yml`: settings that all reports of a project share. */
export interface ProjectSettings {
  /** Name of the site. */
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** BCP 47 language of the index. */
  readonly lang: string;
  /** Paths of pages in the site (`2026/week9`) that are listed first, each with its line in `heapbook.yml`. */
  readonly order: readonly FileOption[];
  /** Theme of reports that do not set one. */
  readonly theme: Theme;
  /** Which charts are interactive, for reports that do not set this. */
  readonly interactive: Interactive;
  /** Folder of the site. */
  readonly output: string | undefined;
  /** Address of the published site, without a final `/`. */
  readonly url: string | undefined;
  readonly templates: TemplateSettings;
}

export const SETTINGS_FILE = "heapbook.yml";

const text = z.string("a text").trim().min(1, "a text that is not empty");
const texts = z.preprocess(
  (value) => (typeof value === "string" ? [value] : value),
  z.array(text, "a text or a list of texts").default([]),
);
const URL_EXPECTED = "an address such as https://example.org/reports";

const templatesShape = {
  page: text.optional(),
  partials: text.optional(),
  css: texts,
  logo: text.optional(),
  footer: text.optional(),
};

const settingsShape = {
  title: text.optional(),
  description: text.optional(),
  lang: text.regex(LANGUAGE_CODE, "a language code such as en").transform(languageCode).default("en"),
  order: texts,
  theme: z.enum(["auto", "light", "dark"], "auto, light or dark").default("auto"),
  interactive: interactiveSchema.default("auto"),
  output: text.optional(),
  url: text
    .regex(/^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/, URL_EXPECTED)
    .transform((url) => url.replace(/(?<!\/)\/+$/, ""))
    .optional(),
  templates: z.strictObject(templatesShape, "a mapping").prefault({}),
};

const KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", Object.keys(settingsShape)],
  ["templates", Object.keys(templatesShape)],
]);

const schema = z.strictObject(settingsShape);

/** The settings of a project without a `heapbook.yml`. */
export const DEFAULT_SETTINGS: ProjectSettings = toSettings(schema.parse({}), () => ({ file: SETTINGS_FILE, line: 1 }));

/**
 * Parses the text of `heapbook.yml`. An empty file sets nothing.
 * @param file path for messages
 * @throws UserErrors `broken-yaml`, `unknown-setting`, `invalid-setting`, each at its line
 */
export function parseSettings(source: string, file: string): ProjectSettings {
  const yaml = readYaml(source.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"), file, 1);
  if (yaml.errors.length > 0) throw new UserErrors(yaml.errors);
  const value = yaml.value ?? {};
  if (typeof value !== "object" || Array.isArray(value)) {
    const message = `${file} has no \`key: value\` lines.`;
    throw new UserErrors([new UserError(message, { code: "invalid-setting", position: { file, line: 1 } })]);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw new UserErrors(result.error.issues.flatMap((issue) => explain(issue, value, yaml, file)));
  return toSettings(result.data, yaml.position);
}

function toSettings(data: z.infer<typeof schema>, position: YamlReading["position"]): ProjectSettings {
  const option = (path: string | undefined, ...keys: readonly PropertyKey[]): FileOption | undefined =>
    path === undefined ? undefined : { path, position: position(keys) };
  const { page, partials, css, logo, footer } = data.templates;
  return {
    title: data.title,
    description: data.description,
    lang: data.lang,
    order: data.order.map((path, index) => ({ path, position: position(["order", index]) })),
    theme: data.theme,
    interactive: data.interactive,
    output: data.output,
    url: data.url,
    templates: {
      page: option(page, "templates", "page"),
      partials: option(partials, "templates", "partials"),
      css: css.map((path, index) => ({ path, position: position(["templates", "css", index]) })),
      logo: option(logo, "templates", "logo"),
      footer: option(footer, "templates", "footer"),
    },
  };
}

function explain(issue: z.core.$ZodIssue, root: object, yaml: YamlReading, file: string): UserError[] {
  const path = issue.path.map(String);
  const name = path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const where = name === "" ? file : `\`${name}\` of ${file}`;
      return new UserError(`Unknown key \`${key}\` in ${where}.`, {
        code: "unknown-setting",
        position: yaml.position([...path, key]),
        hint: hintFor(key, name),
      });
    });
  }
  const found = path.reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], root);
  const message = `\`${name}\` must be ${issue.message}, but is ${describeValue(found)}.`;
  const code = name === "lang" && typeof found === "string" ? codeOfName(found) : undefined;
  const hint = code === undefined ? undefined : `Did you mean \`${code}\`?`;
  return [new UserError(message, { code: "invalid-setting", position: yaml.position(path), hint })];
}

/**
 * A hint for an unknown key, for example that settings of a site belong to the top level, or that a key belongs to
 * `templates`.
 */
function hintFor(key: string, name: string): string {
  if (name === "" && key === "site") return "Keys of the site stand at the top: title, order, url.";
  const inner = KEYS.get("templates") ?? [];
  if (name === "" && inner.includes(key)) return `Write it below \`templates:\`, as \`templates: { ${key}: … }\`.`;
  return didYouMean(key, KEYS.get(name) ?? [], "keys here");
}
