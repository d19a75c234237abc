/** The generator Alea of seedrandom alone: the package's main file loads six other generators and the crypto module. */
declare module "seedrandom/lib/alea.js" {
  import type { PRNG } from "seedrandom";

  const alea: (seed: string) => PRNG;
  // biome-ignore lint/style/noDefaultExport: a CommonJS module is imported so
  export default alea;
}
