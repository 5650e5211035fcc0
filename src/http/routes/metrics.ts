/** metrics — for Prometheus. What there is stands in metrics/table.ts. */

import type { Route } from '../route.ts';

export const metrics: Route = {
  method: 'get',
  path: '/metrics',
  async answer(_, response, services) {
    const { contentType, text } = await services.metrics();
    response.set('Content-Type', contentType).end(text);
  },
};
