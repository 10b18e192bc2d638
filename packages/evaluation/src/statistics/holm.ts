export interface NamedTest {
  readonly name: string;
  readonly p: number;
}

/** Holm's step-down adjustment (Holm 1979): p-values that may be read side by side. In the order they were given. */
export function holm(tests: readonly NamedTest[]): readonly (NamedTest & { readonly p_holm: number })[] {
  const adjusted = new Map<NamedTest, number>();
  let most = 0;
  for (const [index, test] of tests.toSorted((one, other) => one.p - other.p).entries()) {
    most = Math.max(most, Math.min(1, test.p * (tests.length - index)));
    adjusted.set(test, most);
  }
  return tests.map((test) => ({ ...test, p_holm: adjusted.get(test) ?? 1 }));
}
