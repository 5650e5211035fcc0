/** mechanisms — the family of SASL mechanisms, in the order in which they are offered: clients that
 * know several take the first they like. A new one is one file and one line here. */

import { login } from './login.ts';
import type { Mechanism } from './mechanism.ts';
import { oauthbearer } from './oauthbearer.ts';
import { plain } from './plain.ts';
import { scramSha1 } from './scram-sha-1.ts';
import { scramSha256 } from './scram-sha-256.ts';
import { xoauth2 } from './xoauth2.ts';

export const mechanisms: readonly Mechanism[] = [plain, login, scramSha256, scramSha1, oauthbearer, xoauth2];
