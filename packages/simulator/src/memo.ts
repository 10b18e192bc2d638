/** Looks a key up, and makes its value when it is not there. */
export type Memo<T> = (key: string, make: () => T) => T;

/** Remembers the values of the last `capacity` keys. For values that hang on nothing but their key. */
export function createMemo<T>(capacity: number): Memo<T> {
  const kept = new Map<string, T>();
  return (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    const [oldest] = kept.keys();
    if (kept.size >= capacity && oldest !== undefined) kept.delete(oldest);
    kept.set(key, made);
    return made;
  };
}
