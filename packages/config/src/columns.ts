/** Rows as lines whose cells stand under each other, two spaces apart. A column that is empty throughout is left out. */
export function inColumns(rows: readonly (readonly string[])[], indent = ""): readonly string[] {
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? "").length)),
  );
  return rows.map((row) => {
    const cells = columns.flatMap((size, index) => (size === 0 ? [] : [(row[index] ?? "").padEnd(size)]));
    return (indent + cells.join("  ")).trimEnd();
  });
}
