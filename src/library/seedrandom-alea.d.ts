/** One generator of seedrandom, without the other six and the crypto module that its main file loads. */
declare module "seedrandom/lib/alea.js" {
  import type { PRNG } from "seedrandom";

  const alea: (seed: string) => PRNG;
  // biome-ignore lint/style/noDefaultExport: it is how a CommonJS module is imported
  export default alea;
}
