import { join } from "node:path";
import { readRegularText } from "../files.ts";
import type { VariantParams } from "../model/values.ts";
import type { InputHash } from "./fingerprint.ts";
import { sha256 } from "./hash.ts";
import { createStoreWriter, STORE_FOLDER } from "./store-folder.ts";

/** One module of a bundle. */
export interface ModuleIngredient {
  /** As esbuild names it: a path relative to the report's folder, or `namespace:name`. */
  readonly name: string;
  readonly sha256: string;
  /** Hash of the author's own text; only of modules beside the report. Other names of what a module imports change its text in the bundle alone. */
  readonly source?: string;
  /** The module's text in the bundle; only of modules beside the report, whose lines are named. */
  readonly text?: string;
  /** Of each line of `text`, the line of the module's file; 0 where it has none. */
  readonly places?: readonly number[];
}

/** What the fingerprint of one trial set was made of, readable. */
export interface SetIngredients {
  readonly variant: VariantParams;
  readonly probe: string;
  readonly fingerprint: string;
  readonly flags: readonly string[];
  readonly runtime: string;
  /** Hashes of Heapbook's own code that measures. */
  readonly ownCode: string;
  /** Hash of the positions of the lines that the cell prints; absent where it prints none. */
  readonly places?: string;
  readonly trials: number;
  readonly failed: boolean;
  /** What changed while the trials ran, so that they were not stored; absent where they were. */
  readonly notStored?: string;
}

/** What the fingerprints of a cell were made of. */
export interface CellIngredients {
  readonly label: string;
  /** Whether the author gave the label; other labels are made of the code. */
  readonly labelled: boolean;
  readonly number: number;
  readonly modules: readonly ModuleIngredient[];
  /** Parameters of the report. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly env: Readonly<Record<string, string>>;
  readonly warmup: number;
  readonly inputs: readonly InputHash[];
  readonly sets: readonly SetIngredients[];
  /** By label of the cell that wrote them: the files of other cells that this one read, but for those of several writers. */
  readonly filesOfOthers?: Readonly<Record<string, readonly string[]>>;
}

/** Version of the file: another one counts as no file. */
const VERSION = 1;

/** The ingredients of the last run of a report, by which a render explains what runs. */
export interface IngredientsStore {
  /** Cells by label; empty where nothing was kept, or the file cannot be read: explanations are no results. */
  load(): ReadonlyMap<string, CellIngredients>;
  /** Keeps the ingredients; cells of the last run that are not among them are kept too. A write that fails changes nothing. */
  save(cells: readonly CellIngredients[]): void;
}

/**
 * Opens the ingredients of one report, in `<root>/.heapbook/ingredients`.
 * @param report path of the report relative to `root`
 */
export function openIngredients(root: string, report: string): IngredientsStore {
  const path = join(root, STORE_FOLDER, "ingredients", `${sha256(report).slice(0, 16)}.json`);
  const write = createStoreWriter(root);
  let loaded: ReadonlyMap<string, CellIngredients> | undefined;
  const load = (): ReadonlyMap<string, CellIngredients> => {
    loaded ??= new Map(readCells(path).map((cell) => [cell.label, cell]));
    return loaded;
  };
  return {
    load,
    save(cells) {
      const known = load();
      const identity = (cell: CellIngredients | undefined): string =>
        JSON.stringify([cell?.sets, cell?.params, cell?.filesOfOthers ?? {}]);
      if (cells.every((cell) => identity(cell) === identity(known.get(cell.label)))) return;
      const merged = new Map([...known, ...cells.map((cell) => [cell.label, cell] as const)]);
      try {
        write(path, `${JSON.stringify({ version: VERSION, cells: [...merged.values()] })}\n`);
      } catch {
        // Without the file the next render says "first run", and runs what it must all the same.
      }
    },
  };
}

function readCells(path: string): readonly CellIngredients[] {
  try {
    const { version, cells } = JSON.parse(readRegularText(path));
    return version === VERSION && Array.isArray(cells) ? cells : [];
  } catch {
    return [];
  }
}
