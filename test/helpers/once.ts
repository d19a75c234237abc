/**
 * Keeps what a measurement gave, by a key, so that several tests of a file can assert on one measurement. What a test must
 * see measured anew, such as whether two processes agree, is not to be asked for through it.
 */
export function once<Key, Value>(measure: (key: Key) => Promise<Value>): (key: Key) => Promise<Value> {
  const known = new Map<Key, Promise<Value>>();
  return (key) => {
    const value = known.get(key) ?? measure(key);
    known.set(key, value);
    return value;
  };
}
