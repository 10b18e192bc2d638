/** The one key that is refused; any other that is not empty is good. */
export const BAD_KEY = "sk-test-bad";
