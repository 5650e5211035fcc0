/** open-http — puts the HTTP listener in front of the services: what each route is answered from. */

import type { Milliseconds } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { type HttpListening, serveHttp } from './http/serve.ts';
import type { HttpServices } from './http/services.ts';
import { type Counted, createReadings } from './metrics/readings.ts';
import type { Endpoint } from './net/endpoint.ts';
import { listen } from './net/listen.ts';

export interface OpenHttpParts {
  readonly endpoint: Endpoint;
  readonly services: Omit<HttpServices, 'metrics' | 'log'>;
  readonly counted: Omit<Counted, 'usage'>;
  readonly answerDeadline: () => Milliseconds;
  readonly drainTime: () => Milliseconds;
  readonly log: Log;
}

/** Rejects with one clear sentence when the endpoint cannot be had. */
export function openHttp(parts: OpenHttpParts): Promise<HttpListening> {
  const { endpoint, answerDeadline, drainTime, log } = parts;
  const readings = createReadings({ ...parts.counted, usage });
  const app = async () => {
    const { createApp } = await import('./http/app.ts');
    const metrics = async () => {
      const { renderMetrics } = await import('./metrics/render.ts');
      return renderMetrics(readings);
    };
    return createApp({ services: { ...parts.services, metrics, log }, answerDeadline, log });
  };
  return serveHttp({ endpoint, listen, app, drainTime, log });
}

function usage() {
  const { user, system } = process.cpuUsage();
  return {
    memory: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1_000_000,
    uptime: process.uptime(),
  };
}
