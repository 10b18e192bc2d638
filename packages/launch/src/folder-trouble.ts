/** What a system says of a folder that cannot be used, for a person. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "its disk can only be read",
  ENOTDIR: "a part of its path is a file",
  EEXIST: "it is a file, and no folder",
  ENOENT: "a part of its path leads nowhere",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead round in a circle",
  ENOSPC: "its disk is full",
  EDQUOT: "this user's share of its disk is used up",
  EMFILE: "this process has too many files open",
};

/** In words; null for an error that is not the system's word on a folder. */
export function folderTrouble(error: unknown): string | null {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? (WORDS[code] ?? null) : null;
}
