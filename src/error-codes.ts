/**
 * Explanation of an error code for docs/errors.md: the cause, and what the reader does about it. Each is one or two
 * sentences of Markdown.
 */
export interface ErrorExplanation {
  readonly cause: string;
  readonly mend: string;
}

/**
 * Every code of a `UserError`, grouped by the part of a report or the command that it concerns. `npm run docs:errors`
 * generates `docs/errors.md` from this table.
 */
export const ERROR_GROUPS = {
  "Front matter and YAML": {
    "no-front-matter": {
      cause: "The report does not begin with a YAML block between two lines `---`.",
      mend: "Begin `report.md` with `---`, `title: …`, `---`.",
    },
    "missing-title": { cause: "The front matter has no `title`.", mend: "Add `title: …` to the front matter." },
    "unknown-front-matter-key": {
      cause: "The front matter has a key that Heapbook does not know.",
      mend: "Correct the spelling, or remove the key.",
    },
    "invalid-front-matter": {
      cause: "A value in the front matter has the wrong type or form.",
      mend: "Write the value in the form that the message names.",
    },
    "broken-yaml": {
      cause: "A YAML block (front matter or cell options) cannot be parsed.",
      mend: "Check indentation, quotes and brackets. Text with a colon or with `{{…}}` needs quotes.",
    },
    "invalid-parameter": {
      cause: "`-P name:value` gives a report parameter a value of another type.",
      mend: "Give a value of the type that the parameter has in the front matter.",
    },
    "unknown-parameter": {
      cause:
        "`-P`, a flag or an expression names a parameter that the report, or the matrix of the cell, does not have.",
      mend: "Correct the name, or add the parameter to `params` or `matrix`.",
    },
  },
  Cells: {
    "invalid-fence": {
      cause: "The opening line of a cell has text that Heapbook does not read.",
      mend: "Open the cell with its language alone, such as ` ```{ts} `. Options stand at the top of the code.",
    },
    "unknown-language": {
      cause: "The braces of a fence name a language that cells cannot have.",
      mend: "Use `ts`, `js`, `python` or `vega-lite`, or remove the braces: the code is then shown and not run.",
    },
    "unclosed-cell": {
      cause:
        "The fence of a cell has no closing line, or that of shown code which contains a cell. The place is its opening line.",
      mend: "Close it with as many backticks as open it, alone on their line.",
    },
    "misplaced-cell": {
      cause: "A cell stands in a footnote.",
      mend: "Move the cell into the text, and insert its numbers into the footnote with an expression.",
    },
    "unknown-option": {
      cause: "A cell has an option that Heapbook does not know.",
      mend: "Correct the spelling, or remove the option.",
    },
    "invalid-option": {
      cause: "An option of a cell has the wrong type or form, or contradicts another option.",
      mend: "Write the value in the form that the message names.",
    },
    "misplaced-option": {
      cause:
        "An option line stands below code, begins with the marker of another language, or is a comment: `// | label: walks`.",
      mend: "Move option lines to the top of the cell. They begin with `//|` in scripts and `#|` in Python.",
    },
    "invalid-label": {
      cause: "A label has characters that labels cannot have, or its prefix does not fit the caption.",
      mend: "Use letters, digits, `-` and `_`. Figures have the prefix `fig-`, tables `tbl-`.",
    },
    "duplicate-label": { cause: "Two cells, images or headings have one label.", mend: "Rename one of the two." },
    "invalid-matrix": {
      cause: "A parameter of `matrix` is not a list of distinct values, or a value is not allowed for its name.",
      mend: "Write `matrix: { name: [1, 2, 4] }` with each value once.",
    },
    "invalid-flag": {
      cause: "An entry of `flags` is not the form of a V8 flag.",
      mend: "Write flags as on the command line, such as `--max-semi-space-size=16`.",
    },
    "unknown-flag": {
      cause: "The runtime of the cell does not accept the flag.",
      mend: "Correct the spelling (`node --v8-options` lists the flags), or choose another `runtime`.",
    },
    "unknown-probe": {
      cause: "`probes` names a probe that does not exist.",
      mend: "Use a probe that the message lists.",
    },
    "unknown-conclusion": {
      cause: "`silence` names a conclusion that does not exist.",
      mend: "Use the id that stands in brackets after the conclusion.",
    },
    "input-not-found": {
      cause: "An entry of `inputs` matches no file, and no cell of the report made one.",
      mend: "Correct the path. Paths are relative to the folder of the report.",
    },
    "invalid-recorded-output": {
      cause: "`recorded-output` has the wrong form, or names a variant that the matrix does not have.",
      mend: "Give `source` and either `text` or `file`, and only variants of the matrix.",
    },
    "recorded-output-not-found": {
      cause: "The `file` of a `recorded-output` does not exist.",
      mend: "Correct the path. Paths are relative to the folder of the report.",
    },
  },
  "Code of cells": {
    "syntax-error": { cause: "The code of a cell cannot be parsed.", mend: "Correct the code at the position given." },
    "bundler-stopped": {
      cause: "The process of the bundler (esbuild) was ended from outside before it was done.",
      mend: "Render again. If it happens again, free some memory.",
    },
    "bundler-not-installed": {
      cause: "The binary of esbuild, which bundles cells, is not installed for this platform.",
      mend: "Install Heapbook again without `--omit=optional`; where `node_modules` came from another platform, from scratch with `npm ci`.",
    },
    "bundle-error": {
      cause: "The code of a cell, or a module that it imports, cannot be bundled.",
      mend: "Correct the code at the position given. Cells are ES modules.",
    },
    "unresolved-import": {
      cause: "A cell imports a module that cannot be found.",
      mend: "Correct the path, or install the package beside the report.",
    },
    "unknown-label": {
      cause: "An import, a chart or an expression names a cell that does not exist, or that measures nothing.",
      mend: "Correct the label.",
    },
    "not-a-module": {
      cause: "A cell imports the code of a cell that is not an ES module.",
      mend: "Import the result (`result:label`) instead of the code (`cell:label`).",
    },
    "result-not-evaluated": {
      cause: "A cell imports the result of a cell with `eval: false`.",
      mend: "Remove `eval: false` from the imported cell.",
    },
    "import-cycle": {
      cause: "Cells import each other in a circle.",
      mend: "Move what both need into a third cell or a module beside the report.",
    },
    "reserved-name": {
      cause: "The code uses a name that the instrumentation of lines needs.",
      mend: "Rename the variable.",
    },
    "too-deep": {
      cause:
        "Some hundred functions or blocks of a module stand in each other, more than the instrumentation of lines can follow.",
      mend: "Give some of them names, or measure without `lines`.",
    },
    "failed-cell": {
      cause: "A cell threw, ended early, ran out of memory or time, or made a chart that cannot be drawn.",
      mend: "Correct the cell; the page shows the failure. With `error: true` a failure is expected.",
    },
    "blocked-cell": {
      cause: "A cell was not run because a cell whose result it imports failed.",
      mend: "Correct the failed cell.",
    },
  },
  "Prose and expressions": {
    "heading-attributes": {
      cause: "The braces after a heading cannot be read.",
      mend: "Write one id and any classes, such as `{#sec-tuning .unnumbered}`.",
    },
    "bad-attributes": {
      cause: "The braces after a formula, figure, table, code block or callout cannot be read.",
      mend: 'Write one id, classes and `key="value"`, as the hint shows it.',
    },
    "broken-formula": {
      cause: "The TeX of a formula cannot be parsed.",
      mend: "Correct the formula at the line given. A dollar sign that is text is written as `\\$`.",
    },
    "bibliography-not-found": {
      cause: "A file of `bibliography` or `csl` cannot be read.",
      mend: "Correct the path. Paths are relative to the folder of the report.",
    },
    "broken-bibliography": {
      cause: "An entry of the bibliography, or the citation style, cannot be parsed.",
      mend: "Correct the entry at the line given.",
    },
    "unknown-citation": {
      cause: "A citation names a key that the bibliography does not have.",
      mend: "Correct the key, or add the source to the bibliography.",
    },
    "removed-html": {
      cause:
        "Raw HTML has a tag, an attribute or an address that the page cannot have, such as `<iframe>` or `style`; or HTML that a cell shows has elements, event handlers or addresses that the page cannot have. A warning.",
      mend: "Remove it: the page shows the text without it.",
    },
    "lost-text": {
      cause:
        "The page does not show a text: a footnote that nothing refers to or that is defined again, or cells beyond the columns of their table. A warning.",
      mend: "Refer to the footnote, add the column to the head of the table, or remove the text.",
    },
    "stray-markup": {
      cause: "Text looks like markup, but Heapbook does not read it as such. A warning: the page shows it as text.",
      mend: "Correct the markup, or escape it with a backslash.",
    },
    "unknown-reference": {
      cause:
        "`@fig-…`, `@tbl-…`, `@sec-…`, `@eq-…` or `@lst-…` names a label that nothing in the report has. A warning where a cell shows it.",
      mend: "Correct the label, or label what it refers to.",
    },
    "unclosed-expression": {
      cause: "`{{` has no closing `}}`.",
      mend: "Close the expression, or write `\\{{` for the two braces themselves.",
    },
    "expression-in-html": {
      cause: "An expression stands in raw HTML, where Heapbook does not evaluate it.",
      mend: "Move it into Markdown, or write `&#123;{` for the two braces themselves.",
    },
    "expression-syntax": {
      cause: "An expression cannot be parsed.",
      mend: 'Write a helper with its arguments or a parameter, such as `{{metric "walk" "peakLive"}}`.',
    },
    "unknown-helper": {
      cause: "An expression begins with a name that is neither a helper nor a parameter.",
      mend: "Correct the spelling.",
    },
    "missing-argument": { cause: "A helper has too few arguments.", mend: "Write the call as the hint shows it." },
    "unknown-argument": { cause: "A helper has no argument of that name.", mend: "Correct the name, or remove it." },
    "wrong-arguments": {
      cause: "The arguments of a helper have the wrong number, order or type.",
      mend: "Write the call as the hint shows it.",
    },
    "not-a-number": { cause: "An argument that must be a number is something else.", mend: "Give a number." },
    "unknown-metric": {
      cause: "An expression or `--metric` names a metric that does not exist, or that was not measured.",
      mend: "Correct the name, or add the probe that measures the metric.",
    },
    "probe-missing": {
      cause: "An expression uses a metric of a probe that the cell does not have.",
      mend: "Add the probe to `probes`.",
    },
    "unknown-environment": {
      cause: "`environment` has no entry of that name.",
      mend: "Use a name that the hint lists.",
    },
    "unknown-value": {
      cause: "An expression selects a value that the matrix of the cell does not have.",
      mend: "Use a value of the matrix.",
    },
    "ambiguous-selection": {
      cause: "An expression selects several variants of a cell.",
      mend: "Give a value for each parameter of the matrix.",
    },
    "unknown-region": { cause: "The cell measured no region of that name.", mend: "Correct the name of the region." },
    "ambiguous-region": {
      cause: "The cell measured several regions, and the expression names none.",
      mend: 'Add `region="…"`.',
    },
    "unknown-file": {
      cause: "A line in an expression is of a file that the cell did not trace.",
      mend: "Correct the file name.",
    },
    "unknown-line": { cause: "The line that an expression names allocates nothing.", mend: "Correct the line number." },
    "unknown-unit": { cause: "The metric cannot be shown in the unit.", mend: "Use a unit that the hint lists." },
    "unit-mismatch": {
      cause: "An expression combines quantities of different units.",
      mend: "Combine quantities of one unit.",
    },
  },
  "Images, charts and data": {
    "missing-image": {
      cause: "An image file cannot be read.",
      mend: "Correct the path. Paths are relative to the folder of the report.",
    },
    "broken-image": {
      cause:
        "An image file, or an image in a `data:` URI, is empty, cut off, damaged or no image, so browsers do not show it. A warning where a cell displays the image.",
      mend: "Make the image again, or remove it.",
    },
    "remote-image": {
      cause: "An image has a network address.",
      mend: "Download the image into the folder of the report.",
    },
    "unknown-image-type": {
      cause: "The image has a file name extension that browsers do not show.",
      mend: "Convert the image to a type that the hint lists.",
    },
    "invalid-chart": {
      cause: "A Vega-Lite specification is not valid.",
      mend: "Correct it by the [Vega-Lite documentation](https://vega.github.io/vega-lite/docs/).",
    },
    "empty-figure": {
      cause: "A cell whose label begins with `fig-` completed, and displayed nothing. A warning.",
      mend: "End the cell with `chart(…)` or `display(…)`, or give it another label.",
    },
    "empty-table": {
      cause: "A cell whose label begins with `tbl-` completed, and displayed nothing. A warning.",
      mend: "End the cell with `table(…)`, or give it another label.",
    },
    "misleading-chart": {
      cause:
        "A chart is drawn, but may mislead: marks outside the axes, no rows, or something that Vega warns about. A warning.",
      mend: "Do what the message says.",
    },
    "unknown-property": {
      cause:
        "A Vega-Lite specification has a property that Vega-Lite does not know there, and ignores: a slip such as `feild`. A warning.",
      mend: "Correct the spelling, or move the property to where it belongs.",
    },
    "unknown-result": {
      cause: "A chart draws the result of a cell that has none.",
      mend: "Name a cell that runs: `data: { result: label }`.",
    },
    "unknown-rows": {
      cause: "The result of the cell has no rows of that name.",
      mend: "Use a name that the hint lists.",
    },
    "missing-data": {
      cause: "The data file of a chart cannot be read.",
      mend: "Correct the path. Paths are relative to the folder of the report.",
    },
    "invalid-data": {
      cause: "The data file of a chart is not CSV, TSV or JSON, or not valid JSON.",
      mend: "Correct the file, or name its type with `format: { type: csv }`.",
    },
    "remote-data": {
      cause: "A chart loads data from the network.",
      mend: "Save the data beside the report and name the file.",
    },
  },
  Runtimes: {
    "runtime-not-found": {
      cause: "`runtime` is a path at which no file exists.",
      mend: "Correct the path. Paths are relative to the folder of the report.",
    },
    "runtime-not-installed": {
      cause: "`runtime` names a version of Node that is not installed for cells.",
      mend: "Run `heapbook runtime add 24`. `heapbook runtime list` lists what is installed.",
    },
    "runtime-not-usable": {
      cause: "The file that `runtime` names does not run as Node.",
      mend: "Name the binary of a Node for this machine.",
    },
    "runtime-too-old": {
      cause: "The Node of a cell, or the one that runs Heapbook, lacks what Heapbook needs.",
      mend: "Choose a Node that the message names: no Node 21, and no Node 22 before 22.3.",
    },
    "invalid-runtime-version": {
      cause: "`heapbook runtime add` or `remove` has an argument that is not a version or file.",
      mend: "Write a version such as `24` or `24.1.0`, or the path of a package.",
    },
    "runtime-unknown-version": {
      cause: "npm has no Node of that version for this machine.",
      mend: "Choose a version that npm lists.",
    },
    "runtime-not-installable": {
      cause: "The package of a Node could not be downloaded or unpacked, or contains no Node.",
      mend: "Read the reason in the message. Nothing was changed.",
    },
    "runtime-no-npm": {
      cause: "npm, which downloads Node, is not in the `PATH`.",
      mend: "Install npm, or name a Node by its path: `runtime: /path/to/node`.",
    },
    "runtime-no-network": {
      cause: "npm cannot reach its registry.",
      mend: "Download the package elsewhere (`npm pack`) and install the file.",
    },
    "python-not-found": {
      cause: "No Python was found for a Python cell.",
      mend: "Install Python 3.8 or newer, or run `npm install pyodide`.",
    },
    "python-not-usable": {
      cause: "The Python that was found does not run.",
      mend: "Name another Python with the option `python`, or use `python: pyodide`.",
    },
    "parser-not-installed": {
      cause: "The binary of oxc-parser, which finds the places that allocate, is not installed for this platform.",
      mend: "Install Heapbook again without `--omit=optional`; where `node_modules` came from another platform, from scratch with `npm ci`.",
    },
    "python-too-old": {
      cause: "The Python that was found is older than 3.8.",
      mend: "Install a newer Python, or run `npm install pyodide`.",
    },
    "pyodide-not-installed": {
      cause: "A cell has `python: pyodide`, and the package is not installed.",
      mend: "Run `npm install pyodide`.",
    },
  },
  "Files and folders": {
    "duplicate-key": {
      cause: "A bibliography has two entries with one key. The first counts.",
      mend: "Rename one of the two.",
    },
    "not-utf-8": {
      cause: "A report has bytes that are not UTF-8.",
      mend: "Save the file as UTF-8 in your editor.",
    },
    "unknown-setting": {
      cause: "`heapbook.yml` has a key that Heapbook does not know.",
      mend: "Write the key that the hint names.",
    },
    "invalid-setting": {
      cause: "A value in `heapbook.yml` is not what its key takes.",
      mend: "Write what the message asks for.",
    },
    "unused-template": {
      cause:
        "A file of the folder that `templates.partials` names has a name that no template has or includes. A warning.",
      mend: "Give the file the name of the part that it replaces, or include it in a template: `{{> name}}`.",
    },
    "template-not-found": {
      cause: "`templates` of `heapbook.yml` names a file or folder that does not exist.",
      mend: "Correct the path. Paths are relative to the folder of `heapbook.yml`.",
    },
    "broken-template": {
      cause:
        "A template or style sheet of the project does not compile, names a field that the page does not have, includes itself, or would load a file.",
      mend: "Correct the line that the message names; begin with a copy of Heapbook's template.",
    },
    "not-published": {
      cause: "`heapbook publish` found no site, no repository, or git refused.",
      mend: "Render first, run the command in the repository of the reports, or do what git's message says.",
    },
    "broken-page": {
      cause:
        "`heapbook publish` found a page with failed cells, without results or with missing files, or a report without a page.",
      mend: "Mend the report and render it again, or publish the site as it is with `--allow-broken`.",
    },
    "invalid-notebook": {
      cause: "The file to convert is not JSON, not a notebook, or a notebook of another nbformat than 4.",
      mend: "Open the notebook in Jupyter and save it again, or convert it with `jupyter nbconvert --nbformat 4`.",
    },
    "unknown-kernel-language": {
      cause: "The kernel of a notebook has a language that cells of a report cannot have.",
      mend: "Convert notebooks of JavaScript, TypeScript and Python; `--language` names the language where the notebook does not.",
    },
    "not-convertible": {
      cause: "`heapbook convert` was given a folder, or a file that is neither a notebook nor a report.",
      mend: "Name a file that ends in `.ipynb`, or a `report.md`.",
    },
    "file-exists": {
      cause: "A file that `heapbook convert` or `heapbook init --ci` would write is there already.",
      mend: "`convert`: write to another place with `-o`, or replace the file with `--force`. `init --ci`: remove the file to have it written again.",
    },
    "dead-link": {
      cause:
        "A link of the report leads to no file, to a folder without a report, out of the project, or to no id of its page. A warning where a cell shows the link.",
      mend: "Correct the address. Paths are relative to the folder of the report.",
    },
    "report-not-found": {
      cause: "The argument names no report, or the folder has no `report.md`.",
      mend: "Name a folder with a `report.md`, or run `heapbook init my-report`.",
    },
    "report-removed": {
      cause: "The folder of the report was removed while its cells ran.",
      mend: "Put the folder back and render again: completed trials are stored.",
    },
    "temporary-not-writable": {
      cause:
        "The folder for temporary files (`TMPDIR`) is missing, full, or cannot be written. Heap snapshots are written there.",
      mend: "Set `TMPDIR` to a folder that you may write to, with room for a heap snapshot.",
    },
    "same-slug": {
      cause: "Two reports have folders of one name and would be written to one page.",
      mend: "Rename one folder, or render the reports to different folders with `-o`.",
    },
    "folder-not-empty": {
      cause: "`heapbook init` was given a folder that has files in it.",
      mend: "Name a new folder.",
    },
    "folder-not-writable": {
      cause: "`heapbook init` cannot create the folder.",
      mend: "Name a folder that you may write to.",
    },
    "output-not-writable": {
      cause: "The page, another file, or stdout cannot be written: no permission, a file in the way, or a full disk.",
      mend: "Name another place with `-o`, or free space and allow writing.",
    },
    "browser-not-found": {
      cause:
        "`--to pdf` prints with Chromium, Chrome or Edge, and none was found on the PATH or where installers put it.",
      mend: "Install one, or set `HEAPBOOK_CHROMIUM` to the path of its program. `heapbook doctor` shows which one is found.",
    },
    "browser-failed": {
      cause: "The browser that `--to pdf` prints with did not start, ended, or did not answer.",
      mend: "Read what it printed. Try another browser with `HEAPBOOK_CHROMIUM`.",
    },
    "missing-font": {
      cause:
        "No installed font has some characters of the report, such as those of Chinese, and its PDF has boxes in their places. A warning.",
      mend: "Install a font that has them, as the hint says, and render again.",
    },
    "output-is-source": {
      cause: "The page would overwrite the report itself, or the source of another report.",
      mend: "Name another output folder with `-o`.",
    },
    "output-outside": {
      cause: "A file of the page would be written outside the output folder, as by a link of the file system in it.",
      mend: "Remove the link, or name the folder that it leads to with `-o`.",
    },
    "unreadable-settings": {
      cause:
        "`heapbook.yml` cannot be read: no permission, no file, or a file of another name, such as `heapbook.yaml`.",
      mend: "Allow reading, remove it, or rename it to `heapbook.yml`.",
    },
    "too-many-files": {
      cause: "The system does not let Heapbook open as many files at one time as a render needs.",
      mend: "Raise the limit, such as `ulimit -n 1024`.",
    },
    "unreadable-report": {
      cause: "`report.md` cannot be read: no permission, or it is no file.",
      mend: "Allow reading, or name another report.",
    },
    "store-not-writable": {
      cause: "Results cannot be stored in `.heapbook`.",
      mend: "Do what the hint says. Everything in `.heapbook` can be measured again.",
    },
    "file-not-found": { cause: "A file named on the command line cannot be read.", mend: "Correct the path." },
    "stale-frozen-results": {
      cause:
        "`heapbook check` found that a cell, or what it observed, changed after its results were frozen: code, options, inputs, parameters, files, environment variables. The message names what.",
      mend: "Run `heapbook freeze` where the report is measured, and commit `report.results.json`.",
    },
    "invalid-frozen-results": {
      cause:
        "`report.results.json` is not what `heapbook freeze` writes: a merge conflict, an edit, or another version of Heapbook.",
      mend: "Choose one side of the conflict, and run `heapbook freeze`.",
    },
    "no-stored-results": {
      cause:
        "`--no-execute` has neither stored nor frozen results for a cell. The page shows that, or was left as it is where it shows results of the cell.",
      mend: "Render without `--no-execute`, or get the `report.results.json` of the report.",
    },
    "not-frozen": {
      cause: "`heapbook freeze` froze nothing, because a cell failed or was not run.",
      mend: "Correct the cell, or set `error: true` in it if the failure is expected.",
    },
    "invalid-results": {
      cause: "A file is not JSON that Heapbook wrote, or another version of Heapbook wrote it.",
      mend: "Render the report again, or write the file again with `--json`.",
    },
  },
  "`heapbook diff`": {
    "diff-side-not-found": {
      cause: "An argument of `heapbook diff` is neither a file, nor a folder, nor a git revision.",
      mend: "Name a `results.json`, a folder such as `_site`, or a revision such as `HEAD~1`.",
    },
    "unknown-output-format": {
      cause: "The file of `heapbook diff -o` has no ending that is a format.",
      mend: "End its name in `.md`, `.html` or `.json`, or add `--to` or `--json`.",
    },
    "no-results": {
      cause: "The folder or the git revision to compare contains no results.",
      mend: "Render the reports, or commit files that `heapbook freeze` wrote.",
    },
    "nothing-in-common": {
      cause: "The two results share no report, or no variant of a cell.",
      mend: "Compare results of one report. Reports are matched by their folder, cells by their label.",
    },
  },
  "Command line and `heapbook trace`": {
    "one-report-needed": {
      cause: "`render --inspect` was given several reports.",
      mend: "Name one report: `heapbook render my-report --inspect my-cell`.",
    },
    "unknown-cell": { cause: "The report has no cell with the label given.", mend: "Use a label that the hint lists." },
    "cell-not-inspectable": {
      cause: "The cell to inspect does not run in Node: `eval: false`, Python or Vega-Lite.",
      mend: "Name a `js` or `ts` cell that runs.",
    },
    "result-not-stored": {
      cause: "The cell to inspect imports a result that is not stored.",
      mend: "Run `heapbook render` first, with the same parameters.",
    },
    "bad-usage": {
      cause: "Two options contradict each other, or an option needs another.",
      mend: "Remove or add one.",
    },
    "not-a-script": { cause: "The file to trace is not a script.", mend: "Give the path of a `.ts` or `.js` file." },
    "unknown-package": {
      cause: "A package of `--modules` is not installed in a `node_modules` folder of the program.",
      mend: "Use the name of an installed package.",
    },
    "unknown-export": { cause: "The script has no export of that name.", mend: "Use a name that the script exports." },
    "export-not-callable": {
      cause: "The export to call is not a function.",
      mend: "Export a function that does the work.",
    },
    "failed-driver": {
      cause: "The script of `--drive` ended with an exit code other than 0. The trace has its results up to then.",
      mend: "Correct the script, which can find the port of the program's server in `HEAPBOOK_PORT`.",
    },
    "failed-script": {
      cause: "The script threw, or ended with an exit code or a signal.",
      mend: "Correct the script at the position given.",
    },
    "out-of-memory": {
      cause: "The script reached its heap limit. Tracing needs memory for every allocation.",
      mend: "Sample with `--engine sampler`, or raise the limit with `--flags=--max-old-space-size=8000`.",
    },
    timeout: {
      cause: "The script did not end in time. Tracing takes about a hundred times as long as running.",
      mend: "Sample with `--engine sampler`, or raise `--timeout`.",
    },
    "nothing-measured": {
      cause:
        "The program ended before Heapbook could read the measurement: it was killed, aborted, or closed Heapbook's pipes.",
      mend: "End the program with SIGINT or SIGTERM, or use `--for`.",
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ErrorExplanation>>>>;

type Groups = typeof ERROR_GROUPS;

/** Stable identifier of an error, such as `unknown-option`, that scripts and tests may match. */
export type ErrorCode = { [Group in keyof Groups]: keyof Groups[Group] }[keyof Groups];
