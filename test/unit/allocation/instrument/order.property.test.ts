import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { instrument } from "../../../../src/allocation/instrument/instrument.ts";
import { installMarkers } from "../../../../src/harness/markers.ts";

/** A function within the generator is none itself. */
const withoutYield = (code: string): string => code.replaceAll("(yield ", "(0, ");

/** What expressions are made of: operands that log, variables that change, and everything that markers take apart. */
const { expression } = fc.letrec<{ expression: string; leaf: string }>((tie) => {
  const e = tie("expression");
  const form = (make: (...parts: string[]) => string, count: number): fc.Arbitrary<string> =>
    fc.array(e, { minLength: count, maxLength: count }).map((parts) => make(...parts));
  const name = fc.constantFrom("local", "changing", "fixed");
  return {
    leaf: fc.oneof(
      name,
      fc.nat(9).map(String),
      fc.constantFrom("change()", "thing", "this", "later()", "local++", "++changing", "'s'", "o.p", "o.q", "missing"),
      fc.nat(99).map((id) => `log(${id})`),
    ),
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      tie("leaf"),
      fc
        .tuple(e, fc.constantFrom("+", "-", "*", "<", "===", ",", "&&", "||", "??"), e)
        .map(([a, op, b]) => `((${a}) ${op} (${b}))`),
      form((a, b) => `[${a}, ...[${b}], ${a}]`, 2),
      form((a, b) => `[...spread(${a}), ${b}]`, 2),
      form((a, b) => `({ a: ${a}, [${b}]: 1, ...${a}, m() { return local } })`, 2),
      form((a, b) => `({ a: ${a},\n b: ${b} })`, 2),
      form((a, b) => `f(${a},\n ${b})`, 2),
      form((a, b) => `o.m(${a}, ${b})`, 2),
      form((a, b) => `(${a})?.m?.(${b})`, 2),
      form((a, b) => `o?.m(${a}, ...spread(${b}))`, 2),
      form((a, b) => `pick(${a}).m(${b})`, 2),
      form((a, b) => `new C(${a}, ${b}).v`, 2),
      form((a, b) => `\`\${${a}}-\${${b}}-\${local}\``, 2),
      form((a, b) => `tag\`\${${a}}\${${b}}\``, 2),
      form((a) => `(o.p = ${a})`, 1),
      form((a) => `(o.p += ${a})`, 1),
      form((a, b) => `(pick(${a}).p -= ${b})`, 2),
      form((a, b) => `(o[${a}] = ${b})`, 2),
      form((a) => `(o.z ??= ${a})`, 1),
      form((a) => `(local += ${a})`, 1),
      form((a) => `(changing = ${a})`, 1),
      form((a, b, c) => `(${a} ? ${b} : ${c})`, 3),
      form((a) => `(() => ${withoutYield(a)})()`, 1),
      form(
        (a) =>
          `(function (x) { const [y, z] = spread(x); for (const w of [y, z]) log(w); return [z, ${withoutYield(a)}] })(${a})`,
        1,
      ),
      form((a) => `-(${a})`, 1),
      form((a) => `(yield ${a})`, 1),
    ),
  };
});

const program = (code: string): string => `"use strict";
let changing = 1; const fixed = 2; const trace = [];
const log = (x) => { trace.push(show(x)); return x; };
const show = (x) => { try { return JSON.stringify(x) ?? typeof x } catch { return typeof x } };
const change = () => (changing = typeof changing === "number" ? changing + 10 : 3);
const thing = { valueOf() { log("valueOf"); return change(); }, toString() { log("toString"); return "t"; }, get m() { log("get m"); return change; } };
const o = { get q() { log("get q"); return change(); }, p: 1, m(...x) { log("m"); change(); return x.length; } };
const pick = (x) => { log("pick"); return o; };
const f = (...x) => { log("f"); change(); return x[0]; };
const tag = (s, ...x) => { log("tag"); return x.length; };
const later = () => end; function* spread(x) { log("spread"); yield x; change(); yield changing; }
class C { constructor(...x) { this.v = x.length; log("C"); change(); } }
function* main() { let local = 1; log(${code}); log(local); }
try { const it = main.call(o); for (let step = it.next(), n = 0; !step.done && n < 20; step = it.next(n++)) log(step.value); } catch (error) { log(error.constructor.name); }
const end = 1;
log([changing, o.p, Object.keys(o)]); return trace.join(" ");`;

describe("a random expression with markers", () => {
  beforeAll(() => installMarkers(1000));

  it("evaluates, calls and converts in the order of the code, to the same values", () => {
    const sandbox = () =>
      Object.fromEntries(
        Object.getOwnPropertyNames(globalThis)
          .filter((name) => name.startsWith("$hb"))
          .map((name) => [name, (globalThis as Record<string, unknown>)[name]]),
      );
    fc.assert(
      fc.property(expression, (code) => {
        const source = program(code);
        const options = { module: 0, fileName: "a.js", sourceType: "commonjs", firstCounter: 0 } as const;
        const instrumented = instrument(source, options).code;
        const run = (text: string): string => runInNewContext(`(() => {${text}})()`, sandbox());
        expect(run(instrumented)).toBe(run(source));
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});
