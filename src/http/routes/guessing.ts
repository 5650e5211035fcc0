/** guessing — what the guard against guessing thinks of a user and a client, for `dovetail explain login`.
 *
 * security counts and times; no password, and of other users none but their number */

import type { Route } from '../route.ts';

export const guessing: Route = {
  method: 'get',
  path: '/auth/guessing',
  async answer({ query }, response, { findings }) {
    const { user, ip } = query;
    if (typeof user !== 'string' || user === '' || typeof ip !== 'string') {
      return void response.status(400).json({ error: 'invalid_request' });
    }
    response.set('Cache-Control', 'no-store').json(await findings({ user, ip }));
  },
};
