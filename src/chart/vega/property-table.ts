import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/**
 * Describes the properties that an object or list of a specification may have. Numbers are indexes of shapes in the
 * table. `p`: for each known property, shapes of its value. `r`: shapes for other properties, if allowed. `i`: shapes
 * of list items. `a`: alternative shapes. `o`: anything is allowed. An empty list means a value that is not checked.
 */
export interface PropertyShape {
  readonly p?: Readonly<Record<string, readonly number[]>>;
  readonly r?: readonly number[];
  readonly i?: readonly number[];
  readonly a?: readonly number[];
  readonly o?: 1;
}

/** All properties that Vega-Lite knows. The first shape describes a whole specification. */
export type PropertyTable = readonly PropertyShape[];

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | readonly Schema[];
}

interface RootSchema extends Schema {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/**
 * Derives the table from a JSON schema: one shape for each definition, and for each object or list inside it. Values of
 * other types need no shape.
 */
function derivePropertyTable({ definitions, ...root }: RootSchema): PropertyTable {
  const shapes: PropertyShape[] = [];
  const named = new Map<string, number>();
  /**
   * Adds a shape and returns its index. Registers the name before visiting inner schemas, because definitions refer to
   * themselves.
   */
  const add = (schema: Schema, name?: string): number => {
    const index = shapes.push({}) - 1;
    if (name !== undefined) named.set(name, index);
    const { properties, additionalProperties: others, items, anyOf = [], allOf = [], $ref } = schema;
    const alternatives = [...anyOf, ...allOf, ...($ref === undefined ? [] : [{ $ref }])].flatMap(shapeOf);
    shapes[index] = {
      ...(properties !== undefined && { p: mapValues(properties, shapeOf) }),
      ...(typeof others === "object" && { r: shapeOf(others) }),
      ...(items !== undefined && { i: [items].flat().flatMap(shapeOf) }),
      ...(alternatives.length > 0 && { a: alternatives }),
      ...(alternatives.length === 0 && isOpen(schema) && { o: 1 as const }),
    };
    return index;
  };
  const shapeOf = (schema: Schema): readonly number[] => {
    const { $ref, anyOf, allOf } = schema;
    if ($ref !== undefined) {
      const name = decodeURIComponent($ref.replace("#/definitions/", ""));
      const known = named.get(name);
      if (known !== undefined) return [known];
      const found = definitions[name];
      if (found === undefined) throw new Error(`the schema of Vega-Lite has no ${$ref}`);
      return [add(found, name)];
    }
    const several = anyOf ?? allOf;
    if (several !== undefined) return several.flatMap(shapeOf);
    return isObject(schema) || schema.type === "array" ? [add(schema)] : [];
  };
  add(root);
  return shapes;
}

function mapValues<In, Out>(record: Readonly<Record<string, In>>, map: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function isObject({ type, ...schema }: Schema): boolean {
  if (type === undefined) return !("const" in schema || "enum" in schema || "anyOf" in schema || "$ref" in schema);
  return type === "object" || (Array.isArray(type) && type.includes("object"));
}

/** Whether the schema allows an object with any properties: `{ type: object }`, or no type at all. */
function isOpen(schema: Schema): boolean {
  const { additionalProperties: others } = schema;
  return isObject(schema) && (others === true || others === undefined);
}

/**
 * Loads the table. `npm run build` replaces this module by the finished table (scripts/spec-properties.mjs), because
 * parsing the 1.9 MB schema would take 20 ms of each render.
 */
export function loadPropertyTable(): PropertyTable {
  const path = createRequire(import.meta.url).resolve("vega-lite/vega-lite-schema.json");
  return derivePropertyTable(JSON.parse(readFileSync(path, "utf8")));
}
