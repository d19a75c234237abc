/**
 * A cache that keeps texts by key between renders: drawings, highlighted code, bundles. Any text may be gone at the
 * next call.
 */
export interface TextCache {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
}
