/** services — what the rules may ask. Each rule takes what it uses; a test hands in a plain object.
 *
 * `dovetail explain` hands in services that look and change nothing: a counter that is read, not raised. */

import type { Objection } from '../auth/admit.ts';
import type { LoginFacts } from '../auth/facts.ts';
import type { Answer, Soon } from '../base/answer.ts';
import type { FactCache } from '../database/facts.ts';
import type { Book } from '../lookup/book.ts';
import type { Recall } from '../lookup/recall.ts';
import type { Rules as Resolution } from '../lookup/resolve.ts';
import type { Counting } from '../quota/counting.ts';
import type { QuotaFacts } from '../quota/facts.ts';
import type { FullMailboxes } from '../quota/fits.ts';
import type { GreylistServices } from './greylist/services.ts';
import type { Charge } from './limits/charging.ts';
import type { Suspend } from './limits/suspend.ts';
import type { PolicyRequest } from './request.ts';

/** What has become of a password after a session was opened with it; `replaced`: changed or removed. */
export type Lapse = 'replaced' | Objection['because'];

export interface PolicyServices {
  /** Runs the rules of resolution (lookup/resolve.ts, expand.ts, senders.ts) on what is known. */
  readonly answer: Book['answer'];
  /** The same for rules that need one key, such as the recipient, the sender or the client: remembered while its facts hold. */
  readonly recall: Recall['recall'];
  /** How addresses are taken apart. */
  readonly resolution: Resolution;
  /** Whether a login name may use mail; absent: there is no such login. Never what is last known of a lock. */
  readonly mayUseMail: (login: string) => Soon<Answer<boolean>>;
  /** Undefined where the password with which a message is sent is good, or it is not certain which that is. Never rejects. */
  readonly lapseOf: (request: PolicyRequest) => Soon<Lapse | undefined>;
  /** By login name, or by the address of its mailbox. */
  readonly logins: FactCache<LoginFacts>;
  /** In whose networks the envelope sender is believed where it says who may write to a group. */
  readonly groups: { readonly trusted: readonly string[] };
  readonly greylist: GreylistServices;
  /** What is sent within how long, counted against its limits. */
  readonly charge: Charge;
  /** Suspends a password, in the background. */
  readonly suspend: Suspend;
  /** How full mailboxes are, by their addresses. */
  readonly quotas: FactCache<QuotaFacts>;
  /** Bytes that all mailboxes of a domain use together. */
  readonly totals: FactCache<number>;
  /** What Dovecot itself counts in a mailbox, by its login name. */
  readonly count: Counting['count'];
  /** What the administrator wants of full mailboxes. */
  readonly fullMailboxes: FullMailboxes;
}
