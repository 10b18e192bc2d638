import { PLAIN_NETWORK } from "@understudy/config";
import { createOutgoing } from "@understudy/router";

/** Only for tests: every call goes straight. */
export const STRAIGHT = createOutgoing(PLAIN_NETWORK);
