/**
 * Makes one measurement for each key and keeps its result, so that several tests of a file can assert on it. Tests that compare
 * processes with each other must not use it for both.
 */
export function once<Key, Value>(measure: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const results = new Map<Key, Promise<Value>>();
  return (key) => {
    const result = results.get(key) ?? measure(key);
    results.set(key, result);
    return result;
  };
}
