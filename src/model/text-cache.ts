/** Keeps texts by key between renders: drawings, highlighted code, bundles. A text can be missing at any call. */
export interface TextCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}
