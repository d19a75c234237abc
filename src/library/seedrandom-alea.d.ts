/**
 * The generator Alea of seedrandom. Imported alone, because the package's main file loads six other generators and the
 * crypto module.
 */
declare module "seedrandom/lib/alea.js" {
  import type { PRNG } from "seedrandom";

  const alea: (seed: string) => PRNG;
  // biome-ignore lint/style/noDefaultExport: a CommonJS module is imported by its default export
  export default alea;
}
