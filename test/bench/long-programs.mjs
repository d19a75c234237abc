/**
 * Workloads of 25 packages, each some seconds of plain Node: what one round does, and how many rounds. `code`, `css`, `text` and `rows` are
 * inputs that all of them have (`PRELUDE`).
 */
export const PRELUDE = `import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire(import.meta.url);
const code = readFileSync(require.resolve("acorn"), "utf8");
const rows = Array.from({ length: 300 }, (_, i) => ({ id: i, name: "name " + i, price: i * 1.25, tags: ["a" + (i % 7), "b"], at: { x: i, y: -i } }));
const css = rows.map(({ id }) => ".c" + id + " > a:hover { color: rgb(" + (id % 255) + ", 0, 0); display: flex; user-select: none }").join("\\n");
const text = rows.map(({ id, name }) => "# Head " + id + "\\n\\n- a *" + name + "* [c](d)\\n- \`f\`\\n\\n| a | b |\\n| - | - |\\n| 1 | 2 |\\n").join("\\n");
`;

/** Exact versions, so that figures of two days are of the same code. */
export const LONG_PROGRAMS = [
  ["acorn", ["acorn@8.19.0"], 25, 'import * as acorn from "acorn";', "acorn.parse(code, { ecmaVersion: 2024 });"],
  ["terser", ["terser@5.51.4"], 2, 'import { minify } from "terser";', "await minify(code);"],
  ["uglify", ["uglify-js@3.19.3"], 2, 'import uglify from "uglify-js";', "uglify.minify(code);"],
  [
    "prettier",
    ["prettier@3.10.1"],
    2,
    'import prettier from "prettier";',
    'await prettier.format(code, { parser: "babel" });',
  ],
  [
    "typescript",
    ["typescript@5.9.3"],
    8,
    'import ts from "typescript";',
    "ts.transpileModule(code, { compilerOptions: { target: 2 } });",
  ],
  [
    "eslint",
    ["eslint@9.39.1"],
    6,
    'import { Linter } from "eslint"; const linter = new Linter();',
    'linter.verify(code, [{ rules: { "no-unused-vars": 2, "prefer-const": 2 } }]);',
  ],
  [
    "rollup",
    ["rollup@4.68.8"],
    12,
    'import { rollup } from "rollup"; const plugin = { name: "v", resolveId: (id) => id, load: () => code };',
    'await (await rollup({ input: "a", plugins: [plugin], onwarn() {} })).generate({ format: "es" });',
  ],
  [
    "babel",
    ["@babel/core@7.29.13", "@babel/preset-env@7.29.14"],
    3,
    'import babel from "@babel/core";',
    'babel.transformSync(code, { presets: [["@babel/preset-env", { targets: "ie 11" }]], configFile: false, compact: true });',
  ],
  [
    "postcss",
    ["postcss@8.5.33", "autoprefixer@10.7.0"],
    60,
    'import postcss from "postcss"; import autoprefixer from "autoprefixer"; const all = postcss([autoprefixer]);',
    "all.process(css, { from: undefined }).css;",
  ],
  [
    "sass",
    ["sass@1.108.2"],
    25,
    'import { compileString } from "sass";',
    'compileString("@for $i from 1 through 200 { .a-#{$i} { width: math.div($i, 3) * 1%; b { c: $i } } }".replace("@for", "@use \\"sass:math\\"; @for"));',
  ],
  ["marked", ["marked@18.2.1"], 90, 'import { marked } from "marked";', "marked.parse(text);"],
  [
    "markdown-it",
    ["markdown-it@15.0.3"],
    90,
    'import MarkdownIt from "markdown-it"; const md = new MarkdownIt();',
    "md.render(text);",
  ],
  [
    "handlebars",
    ["handlebars@4.7.10"],
    700,
    'import Handlebars from "handlebars"; const page = Handlebars.compile("{{#each rows}}<p>{{id}} {{name}}{{#if price}}<b>{{price}}</b>{{/if}}{{#each tags}}{{this}},{{/each}}</p>{{/each}}");',
    "page({ rows });",
  ],
  [
    "lodash",
    ["lodash@4.18.1"],
    2500,
    'import _ from "lodash";',
    '_.chain(rows).map((row) => _.cloneDeep(row)).groupBy("tags[0]").mapValues((each) => _.sumBy(each, "price")).toPairs().sortBy(1).value();',
  ],
  [
    "ramda",
    ["ramda@0.32.0"],
    2500,
    'import * as R from "ramda";',
    'R.pipe(R.map(R.evolve({ price: R.multiply(2) })), R.groupBy(R.path(["tags", 0])), R.map(R.sum), R.toPairs)(rows);',
  ],
  [
    "immer",
    ["immer@11.2.13"],
    3500,
    'import { produce } from "immer"; let state = { rows };',
    "state = produce(state, (draft) => { for (const row of draft.rows) row.price += 1; });",
  ],
  [
    "rxjs",
    ["rxjs@7.8.2"],
    15000,
    'import * as rx from "rxjs";',
    "rx.from(rows).pipe(rx.filter(({ id }) => id % 2 === 0), rx.map(({ price }) => price * 1.5), rx.scan((a, b) => a + b), rx.bufferCount(10)).subscribe();",
  ],
  [
    "ajv",
    ["ajv@8.20.0"],
    250,
    'import Ajv from "ajv";',
    'new Ajv().compile({ type: "array", items: { type: "object", properties: { id: { type: "integer" }, name: { type: "string", minLength: 2 }, tags: { type: "array", items: { type: "string" } } }, required: ["id"] } })(rows);',
  ],
  [
    "zod",
    ["zod@4.6.7"],
    9000,
    'import { z } from "zod"; const shape = z.array(z.object({ id: z.number(), name: z.string().min(2), tags: z.array(z.string()), at: z.object({ x: z.number(), y: z.number() }) }));',
    "shape.parse(rows);",
  ],
  ["yaml", ["yaml@2.9.1"], 16, 'import YAML from "yaml";', "YAML.parse(YAML.stringify(rows));"],
  [
    "csv",
    ["csv-parse@7.0.3"],
    350,
    'import { parse } from "csv-parse/sync"; const table = "a,b,c\\n" + rows.map(({ id, name }) => id + "," + name + ",\\"q, " + id + "\\"").join("\\n");',
    "parse(table, { columns: true });",
  ],
  [
    "d3",
    ["d3@7.9.2"],
    50,
    'import * as d3 from "d3";',
    "d3.pack().size([100, 100])(d3.hierarchy({ children: rows }).sum(({ price }) => price)); d3.line()(rows.map(({ at }) => [at.x, at.y])); new d3.Delaunay(Float64Array.from({ length: 2000 }, (_, i) => Math.sin(i * i) * 100)).voronoi().render();",
  ],
  [
    "three",
    ["three@0.187.0"],
    80,
    'import * as THREE from "three";',
    "const scene = new THREE.Scene(); for (let i = 0; i < 60; i++) { const mesh = new THREE.Mesh(new THREE.TorusGeometry(1, 0.4, 12, 24)); mesh.position.set(i, 0, 0); scene.add(mesh); } scene.updateMatrixWorld(); new THREE.Raycaster(new THREE.Vector3(-1, 0, 0), new THREE.Vector3(1, 0, 0)).intersectObjects(scene.children);",
  ],
  [
    "mathjs",
    ["mathjs@15.2.0"],
    150,
    'import { create, all } from "mathjs"; const math = create(all);',
    'math.derivative("x^3 + sin(2 x) * 4 / x", "x"); math.multiply(math.matrix([[1, 2], [3, 4.5]]), math.matrix([[5, 6], [7, 8]])); math.evaluate("12 cm + 3 inch");',
  ],
  [
    "pdf-lib",
    ["pdf-lib@1.17.1"],
    25,
    'import { PDFDocument } from "pdf-lib";',
    "const pdf = await PDFDocument.create(); for (let i = 0; i < 10; i++) { const page = pdf.addPage(); for (const { name, id } of rows.slice(0, 30)) page.drawText(name, { x: 10, y: id * 20, size: 9 }); } await pdf.save();",
  ],
];

/** The source of a workload that runs `scale` times its rounds. */
export function longProgram([, , rounds, setup, round], scale) {
  const times = Math.max(1, Math.round(rounds * scale));
  return `${PRELUDE}${setup}\nasync function once() { ${round} }\nfor (let i = 0; i < ${times}; i++) await once();\n`;
}
