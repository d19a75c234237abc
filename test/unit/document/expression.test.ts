import fc from "fast-check";
import Handlebars from "handlebars";
import { describe, expect, it } from "vitest";
import { type ExpressionNode, parseExpression } from "../../../src/document/expression.ts";
import { problemsOf } from "./problems.ts";

const position = { file: "report.md", line: 7, column: 3 };
const parse = (source: string) => parseExpression(source, position);

describe("parseExpression", () => {
  it("sees a helper with arguments and named arguments", () => {
    expect(parse('metric "walks" "peakLive" walks="saved" digits=3 exact=true')).toEqual({
      kind: "call",
      name: "metric",
      args: [
        { kind: "literal", value: "walks" },
        { kind: "literal", value: "peakLive" },
      ],
      hash: new Map([
        ["walks", { kind: "literal", value: "saved" }],
        ["digits", { kind: "literal", value: 3 }],
        ["exact", { kind: "literal", value: true }],
      ]),
    });
  });

  it("sees a path", () => {
    expect(parse("params.blocks")).toEqual({ kind: "path", parts: ["params", "blocks"], source: "params.blocks" });
  });

  it("sees calls and paths within a call", () => {
    const path = (source: string) => ({ kind: "path", parts: source.split("."), source });
    const metric = (first: unknown, seed: object) => ({
      kind: "call",
      name: "metric",
      args: [first, { kind: "literal", value: "peakLive" }],
      hash: new Map(Object.entries(seed)),
    });
    const source = 'ratio (metric "walks" "peakLive" seed=params.seed) (metric params.label "peakLive") digits=(count)';
    expect(parse(source)).toEqual({
      kind: "call",
      name: "ratio",
      args: [
        metric({ kind: "literal", value: "walks" }, { seed: path("params.seed") }),
        metric(path("params.label"), {}),
      ],
      hash: new Map([["digits", { kind: "call", name: "count", args: [], hash: new Map() }]]),
    });
  });

  it("may be written over several lines", () => {
    expect(parse('metric\n  "walks"\n  "peakLive"')).toEqual(parse('metric "walks" "peakLive"'));
  });

  it.each([
    ["", "is empty"],
    ["#if x", "Blocks such as {{#if}}"],
    ["/if", "Blocks such as {{#if}}"],
    ["else", "Blocks such as {{#if}}"],
    ["^", "Blocks such as {{#if}}"],
    ["> part", "Partials"],
    ["! note", "Comments"],
    ["{x}", "Three braces"],
    ["&x", "Unescaped"],
    ["* x", "Decorators"],
    ["~x", "Whitespace marks"],
    ["x ~", "Whitespace marks"],
    ['"walks"', "names neither a helper nor a parameter"],
    ["5", "names neither a helper nor a parameter"],
    ["../x", "is not supported in reports"],
    ["@root", "is not supported in reports"],
    ["this", "is not supported in reports"],
    ["a b=1 b=2", "given twice"],
    ['"f" 1', "only a helper takes arguments"],
    ['metric "walks', "a quote is not closed"],
    ["metric (a", "ends too early"],
    ["metric a)", "a `)` has no `(` before it"],
    ["a }} b {{ c", "is not"],
    ['"/x" | relative_url', "is Liquid, the template language of Jekyll"],
    ["site.baseurl | append: '/x'", "is Liquid"],
    ['metric "a | b" |', "a `|` is not allowed where it stands"],
    ['metric "a" as |', "`as |` is not allowed where it stands"],
    ["metric ^", "a character is not allowed where it stands"],
    [`a ${"(a ".repeat(500)}1${")".repeat(500)}`, "nested too deeply"],
  ])("refuses %j", (source, message) => {
    const { errors } = problemsOf(() => parse(source));
    expect(errors).toMatchObject([{ code: "expression-syntax", position, exitCode: 2 }]);
    expect(errors[0]?.message).toContain(message);
    expect(errors[0]?.hint).toBeTruthy();
  });

  it("takes `elsewhere` for a name, though it begins with `else`", () => {
    expect(parse("elsewhere")).toMatchObject({ kind: "path" });
  });

  it("reads back what it would write", () => {
    const name = fc
      .stringMatching(/^[a-z][a-zA-Z]{0,6}$/)
      .filter((word) => !["else", "this", "true", "false", "null", "as", "undefined"].includes(word));
    const literal = fc.oneof(fc.stringMatching(/^[^"\\]*$/), fc.integer(), fc.boolean());
    fc.assert(
      fc.property(name, fc.array(literal, { minLength: 1, maxLength: 4 }), (helper, values) => {
        const node = parse(
          `${helper} ${values.map((value) => (typeof value === "string" ? `"${value}"` : value)).join(" ")}`,
        );
        const read =
          node.kind === "call"
            ? node.args.map((one: ExpressionNode) => (one.kind === "literal" ? one.value : one))
            : [];
        expect(read).toEqual(values);
      }),
    );
  });

  it("throws nothing but user errors, and passes only what Handlebars compiles", () => {
    const source = fc.string({ unit: fc.constantFrom(..."ab.(){}\"'=|/#!>&~@[] 1-\n\\".split("")), maxLength: 20 });
    fc.assert(
      fc.property(source, (text) => {
        if (problemsOf(() => parse(text)).errors.length === 0) Handlebars.precompile(`{{${text.trim()}}}`);
      }),
      { numRuns: 1000 },
    );
  });
});
