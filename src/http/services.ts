/** services — what the routes ask of the rest of the daemon. */

import type { Found } from '../auth/guessing/found.ts';
import type { Guessing } from '../auth/guessing.ts';
import type { Introspected } from '../auth/introspect.ts';
import type { Soon } from '../base/answer.ts';
import type { Log } from '../base/log.ts';
import type { Charged } from '../policy/limits/charging.ts';
import type { Usage } from '../policy/limits/usage.ts';
import type { Asked } from '../policy/request.ts';

export interface HttpServices {
  readonly log: Log;
  readonly guessing: Guessing;
  /** What a mail server must show to ask and to tell who guesses; null: nothing. */
  readonly authPolicyKey: string | null;
  /** What the guard against guessing knows of a client. */
  findings(client: { readonly user: string; readonly ip: string }): Promise<Found>;
  /** What rate limits have counted. Never rejects. */
  readonly limits: {
    usageOf(user: string): Promise<Usage>;
    look(asked: Asked): Soon<Charged>;
  };
  /** Why the daemon cannot answer; empty is ready. Never rejects. */
  notReady(): Promise<readonly string[]>;
  /** What a token opens. Never rejects. */
  introspect(token: string): Promise<Introspected>;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
}
