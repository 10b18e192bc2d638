import type { Review } from "@understudy/evaluation";

/** What judge and embedding model said of pairs. */
export interface ReviewStore {
  /** Writes the review of a pair once however often it is called. */
  save(review: Review): Promise<"stored" | "duplicate">;
  /** What judge and embedding model said of the pair; null when they were not asked, or have not answered yet. */
  read(pairId: string): Promise<Review | null>;
}
