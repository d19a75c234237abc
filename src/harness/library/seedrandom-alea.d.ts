/** One generator of seedrandom, without the other six and the crypto module that its main file loads. */
declare module "seedrandom/lib/alea.js" {
  import type { PRNG } from "seedrandom";
  const alea: (seed: string) => PRNG;
  export default alea;
}
