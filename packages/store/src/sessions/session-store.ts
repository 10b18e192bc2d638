/** Sessions of the page that were ended before their time. */
export interface SessionStore {
  /** Ends a session of the page before its time, for every gateway. Epoch milliseconds. */
  end(id: string, endsAt: number, now: number): Promise<void>;
  isEnded(id: string): Promise<boolean>;
}
