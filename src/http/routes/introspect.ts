/** introspect — OAuth 2.0 token introspection, for Dovecot's oauth2: as a form, in the query, or as a bearer.
 *
 * source   RFC 7662; Dovecot lib-oauth2 (introspection_mode post, get, auth)
 * security the token is the question itself, and is neither logged nor answered */

import type { Request, Response } from 'express';
import { unreachable } from '../../base/answer.ts';
import type { Route } from '../route.ts';
import type { HttpServices } from '../services.ts';

async function answer(
  request: Request,
  response: Response,
  { introspect, log }: HttpServices,
): Promise<void> {
  response.set('Cache-Control', 'no-store');
  const token = tokenOf(request);
  if (token === undefined) return void response.status(400).json({ error: 'invalid_request' });
  const outcome = await introspect(token);
  switch (outcome.kind) {
    case 'active': {
      const { user, home, uid, gid } = outcome.account;
      const { scope, expiresAt: exp } = outcome;
      const fields = { username: user, email: user, home, uid: String(uid), gid: String(gid) };
      return void response.json({ active: true, token_type: 'Bearer', scope, exp, ...fields });
    }
    case 'inactive':
      return void response.json({ active: false });
    case 'later':
      log.warn('token.later', { why: outcome.why });
      return void response.status(503).json({ error: 'temporarily_unavailable' });
    default:
      return unreachable(outcome);
  }
}

function tokenOf({ body, query, headers }: Request): string | undefined {
  const [, bearer] = /^bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const token: unknown = body?.token ?? query.token ?? bearer;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

export const introspectForm: Route = { method: 'post', path: '/oauth2/introspect', body: 'form', answer };
export const introspectBearer: Route = { method: 'get', path: '/oauth2/introspect', answer };
