type Close = () => Promise<void>;

const open = new Set<Close>();

/** Has `close` called by `stopAll`, unless the returned function is called first. */
export function closeAtEnd(close: Close): () => void {
  open.add(close);
  return () => open.delete(close);
}

/** Stops every process, server and container that this test file started, the latest first. */
export async function stopAll(): Promise<void> {
  for (const close of [...open].toReversed()) {
    open.delete(close);
    await close();
  }
}
