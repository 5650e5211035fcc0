/** auth-policy — Dovecot's auth policy: asks before a login (`allow`), tells after it (`report`).
 *
 * source   Dovecot src/auth/auth-policy.c; docs/protocols/auth-policy.md
 * security who may report makes others refused and himself known: a key keeps out who may connect and is no
 *          mail server of ours (auth_policy_server_api_header)
 *          `?only=exchanges&` is for a Dovecot whose passwords are verified here, and counted: what came as a password passes
 * limits   a delay of at most 15 seconds: Dovecot adds up what it is told before and after the password
 * bugs     an answer that is not 200 lets the login through unless auth_policy_reject_on_fail is set,
 *          and then it is a refusal, not a temporary failure: Dovecot has no third way */

import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Attempt, AttemptOutcome, Judgement } from '../../auth/guessing.ts';
import { unreachable } from '../../base/answer.ts';
import type { Route } from '../route.ts';

const MAX_DELAY = 15;
const text = z.string().max(2000).catch('');

/** Mechanisms by which the client proves a password and does not say it: `pwhash` is the same for every proof. */
const CHALLENGING = /^(?:SCRAM-.+|CRAM-MD5|DIGEST-MD5|APOP)$/iu;

/** Dovecot's default attributes, and `mech`. Unknown ones are ignored, missing ones empty. */
const Body = z.object({
  login: text,
  remote: text,
  protocol: text,
  pwhash: text,
  session_id: text,
  success: z.boolean().catch(false),
  policy_reject: z.boolean().catch(false),
  fail_type: text,
  mech: text,
});

export const authPolicy: Route = {
  method: 'post',
  path: '/auth/policy',
  body: 'json',
  async answer({ query, body, headers }, response, { guessing, authPolicyKey }) {
    if (authPolicyKey !== null && !isSame(headers['x-api-key'], authPolicyKey)) {
      return void response.status(401).json({ status: 0, msg: 'the key is missing, or is another' });
    }
    const parsed = Body.safeParse(body);
    if (!parsed.success || parsed.data.login === '') {
      return void response.status(400).json({ status: 0, msg: 'no login' });
    }
    const attempt = attemptOf(parsed.data);
    const { command, only } = query;
    if (only === 'exchanges' && !CHALLENGING.test(parsed.data.mech)) return void response.json(inWords(pass));
    if (command === 'allow') return void response.json(inWords(await guessing.judge(attempt)));
    if (command !== 'report') {
      return void response.status(400).json({ status: 0, msg: 'command is neither allow nor report' });
    }
    await guessing.report(attempt, outcomeOf(parsed.data));
    response.json({ status: 0, msg: '' });
  },
};

/** In a time that tells nothing of the key. */
const isSame = (shown: unknown, key: string): boolean =>
  timingSafeEqual(digest(typeof shown === 'string' ? shown : ''), digest(key));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const pass: Judgement = { kind: 'pass' };

const attemptOf = ({ login, remote, protocol, pwhash, session_id, mech }: z.infer<typeof Body>): Attempt => ({
  user: login,
  ip: remote === '' ? undefined : remote,
  protocol: protocol.toLowerCase(),
  passwordTag: CHALLENGING.test(mech) ? '' : pwhash,
  session: session_id,
});

const outcomeOf = ({ success, policy_reject, fail_type }: z.infer<typeof Body>): AttemptOutcome => ({
  kind: success ? 'ok' : 'failed',
  wasRefused: policy_reject,
  why: fail_type,
});

/** The last line: a judgement in Dovecot's words. */
function inWords(judgement: Judgement): { readonly status: number; readonly msg: string } {
  switch (judgement.kind) {
    case 'pass':
      return { status: 0, msg: '' };
    case 'delay':
      return { status: Math.min(MAX_DELAY, Math.max(0, Math.ceil(judgement.seconds))), msg: '' };
    case 'refuse':
      return { status: -1, msg: judgement.why };
    default:
      return unreachable(judgement);
  }
}
