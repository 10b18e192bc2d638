/** A replay cannot begin or go on. The message says what to mend. */
export class ReplayFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ReplayFault";
  }
}
