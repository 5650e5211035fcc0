/** limits — what rate limits have counted of a user, and what a message of his would be charged, for
 * `dovetail limit usage` and `dovetail explain`.
 *
 * security counts and the labels of passwords; of recipients nothing */

import type { Route } from '../route.ts';

export const limitUsage: Route = {
  method: 'get',
  path: '/limits/usage',
  async answer({ query: { user } }, response, { limits }) {
    if (typeof user !== 'string' || user === '') {
      return void response.status(400).json({ error: 'invalid_request' });
    }
    response.set('Cache-Control', 'no-store').json(await limits.usageOf(user));
  },
};

export const limitCharge: Route = {
  method: 'get',
  path: '/limits/charge',
  async answer({ query }, response, { limits }) {
    const { user = '', recipient = '', ip = '' } = query;
    if (typeof user !== 'string' || typeof recipient !== 'string' || typeof ip !== 'string') {
      return void response.status(400).json({ error: 'invalid_request' });
    }
    const charged = await limits.look({ login: user, recipient, client: ip });
    response.set('Cache-Control', 'no-store').json(charged);
  },
};
