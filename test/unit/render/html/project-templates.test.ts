import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { parseSettings } from "../../../../src/document/settings.ts";
import { UserError } from "../../../../src/errors.ts";
import { loadProjectTemplates } from "../../../../src/render/html/project-templates.ts";
import { useTemplates } from "../../../../src/render/html/template.ts";

/** Loads the templates of a project with these files and settings. */
function load(templates: string, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), "heapbook-templates-"));
  mkdirSync(join(root, "templates"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, "templates", name), text);
  return loadProjectTemplates(parseSettings(`templates: ${templates}`, "heapbook.yml").templates, root);
}

afterEach(() => useTemplates(new Map()));

test.each([
  ["titel.hbs", {}, "Did you mean title.hbs?"],
  ["ribbon.hbs", {}, "Include it in a template, as {{> ribbon}}"],
])("a part that no page uses is a warning: %s", (name, others, hint) => {
  const { warnings } = load("{ partials: templates }", { [name]: "<p></p>", ...others });
  expect(warnings.map(({ code, position }) => `${code} ${position?.line}`)).toEqual(["unused-template 1"]);
  expect(warnings[0]?.hint).toContain(hint);
});

test.each([
  [{ "title.hbs": "<p></p>" }],
  [{ "title.hbs": "{{> ribbon}}", "ribbon.hbs": "<p></p>" }],
  [{ "title.hbs": "{{#> ribbon}}x{{/ribbon}}", "ribbon.hbs": "<p></p>" }],
  [{ "title.hbs": "{{> (lookup . 'part')}}", "ribbon.hbs": "<p></p>" }],
])("parts that replace one of Heapbook's, or that a template includes, are none: %j", (files) => {
  expect(load("{ partials: templates }", files).warnings).toEqual([]);
});

test.each([
  ["{ logo: templates/logo.svg }", { "logos.svg": "<svg/>" }, "Did you mean `templates/logos.svg`?"],
  ["{ footer: templates/foot.hbs }", { "footer.hbs": "x" }, "Did you mean `templates/footer.hbs`?"],
  ["{ css: [template] }", {}, "Did you mean `templates`?"],
  ["{ logo: nowhere/at-all.svg }", {}, "Paths are relative to the folder of heapbook.yml."],
])("a path that does not exist names the nearest: %s", (templates, files, hint) => {
  expect(() => load(templates, files)).toThrow(
    expect.objectContaining({ code: "template-not-found", hint, position: { file: "heapbook.yml", line: 1 } }),
  );
  expect(() => load(templates, files)).toThrow(UserError);
});
