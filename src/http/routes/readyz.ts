/** readyz — can the daemon answer? 200, or 503 with the reasons. */

import type { Route } from '../route.ts';

export const readyz: Route = {
  method: 'get',
  path: '/readyz',
  async answer(_, response, { notReady }) {
    const reasons = await notReady();
    const status = reasons.length === 0 ? 'ready' : 'not ready';
    response.status(reasons.length === 0 ? 200 : 503).json({ status, reasons });
  },
};
