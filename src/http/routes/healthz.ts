/** healthz — is the process alive? It says nothing about the database: restarting would not help it. */

import type { Route } from '../route.ts';

export const healthz: Route = {
  method: 'get',
  path: '/healthz',
  answer: (_, response) => void response.json({ status: 'alive' }),
};
