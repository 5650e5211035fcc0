/** skey — SKEY: the older name of OTP, with MD4; Dovecot had it until 2.3. */

import { otp } from './otp.ts';
import type { Scheme } from './scheme.ts';

export const skey: Scheme = { ...otp, name: 'SKEY' };
