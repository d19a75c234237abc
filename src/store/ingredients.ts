import { join } from "node:path";
import { readRegularText } from "../files.ts";
import type { VariantParams } from "../model/values.ts";
import type { InputHash } from "./fingerprint.ts";
import { sha256 } from "./hash.ts";
import { createStoreWriter, STORE_FOLDER } from "./store-folder.ts";

/** One module of a bundle, as kept for explanations. */
export interface ModuleIngredient {
  /** The module's name in esbuild's output: a path relative to the report's folder, or `namespace:name`. */
  readonly name: string;
  readonly sha256: string;
  /** Hash of the author's own text; only of modules beside the report. Other names of what a module imports change its text in the bundle alone. */
  readonly source?: string;
  /** Text of the module in the bundle. Only for modules beside the report, whose changed lines explanations name. */
  readonly text?: string;
  /** For each line of `text`: its line number in the module's file, or 0 if it has none. */
  readonly places?: readonly number[];
}

/** The inputs of one trial set's fingerprint, in readable form. */
export interface SetIngredients {
  readonly variant: VariantParams;
  readonly probe: string;
  readonly fingerprint: string;
  readonly flags: readonly string[];
  readonly runtime: string;
  /** Hashes of Heapbook's own measuring code. */
  readonly ownCode: string;
  /** Hash of the positions of the cell's lines; only if the cell prints its own lines. */
  readonly places?: string;
  readonly trials: number;
  readonly failed: boolean;
  /** What changed while the trials ran, so that they were not stored; absent if they were stored. */
  readonly notStored?: string;
}

/** The inputs of all fingerprints of a cell, in readable form. */
export interface CellIngredients {
  readonly label: string;
  /** Whether the author wrote the label. Other labels are derived from the code. */
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

/** Version of the file's format. A file of another version is ignored. */
const VERSION = 1;

/** Stores the ingredients of a report's last run. With them the next render explains why cells run. */
export interface IngredientsStore {
  /**
   * Loads the last run's cells, by label. Empty if there are none or the file cannot be read, because explanations may
   * be missing.
   */
  load(): ReadonlyMap<string, CellIngredients>;
  /** Stores the cells' ingredients. Cells of the last run that are not given are kept. A failed write is ignored. */
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
        // The write failed: the next render then explains cells as a first run, but runs the same trials.
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
