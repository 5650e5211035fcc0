/** serve — the HTTP listener: it opens with the other sockets, and Express is loaded for the first
 * request, so that neither the start nor a host without HTTP clients pays for it.
 *
 * A port that is taken does not keep the mail waiting: it is tried again until it is free, which is
 * also how a successor gets it from a daemon that drains.
 *
 * limits   headers and body within ten seconds, 1,000 connections; idle ones are closed after a minute
 * security no authentication: the loopback address is the guard */

import { createServer, type RequestListener, type Server } from 'node:http';
import { type Milliseconds, minutes, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Endpoint } from '../net/endpoint.ts';

export interface HttpListening {
  /** `inet:127.0.0.1:8280` with the real port; undefined while the port is taken. */
  readonly address: string | undefined;
  /** Takes no new requests, answers those that have arrived, and after `drainTime` cuts off the
   * rest. Never rejects. */
  close(): Promise<void>;
}

export interface HttpServing {
  readonly endpoint: Endpoint;
  /** Opens the endpoint (net/listen.ts); rejects when it cannot be had. */
  readonly listen: (
    server: Server,
    endpoint: Endpoint,
  ) => Promise<{ readonly address: string; release(): void }>;
  /** Called for the first request; again for the next, if it rejected. */
  readonly app: () => Promise<RequestListener>;
  readonly drainTime: () => Milliseconds;
  readonly log: Log;
}

const TRY_AGAIN = seconds(1);

/** Rejects with one clear sentence when the endpoint cannot be had, unless it is only taken. */
export async function serveHttp(serving: HttpServing): Promise<HttpListening> {
  const { endpoint, listen, log } = serving;
  const server = createHttpServer(serving);
  let bound: Awaited<ReturnType<HttpServing['listen']>> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isTold = false;

  async function open(): Promise<void> {
    try {
      bound = await listen(server, endpoint);
      log.info('http.listening', { address: bound.address });
      if (isClosed) await drain(server, 0);
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (!isTold) log.warn('http.taken', { why: reasonOf(error) });
      isTold = true;
      retry = setTimeout(() => void again(), TRY_AGAIN);
    }
  }
  const again = (): Promise<void> =>
    open().catch((error: unknown) => log.error('http.failed', { why: reasonOf(error) }));

  await open();
  return {
    get address() {
      return bound?.address;
    },
    async close() {
      isClosed = true;
      clearTimeout(retry);
      bound?.release();
      if (bound) await drain(server, serving.drainTime());
    },
  };
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';

function createHttpServer({ app, log }: HttpServing): Server {
  let loading: Promise<RequestListener> | undefined;
  const options = {
    headersTimeout: seconds(10),
    requestTimeout: seconds(10),
    // Longer than the peers' own (Dovecot's http-client: 10 s), so that it is they who close.
    keepAliveTimeout: minutes(1),
    connectionsCheckingInterval: seconds(1),
    maxHeaderSize: 16_384,
  };
  const server = createServer(options, (request, response) => {
    // In a drain nobody may send a second request.
    if (!server.listening) response.setHeader('Connection', 'close');
    loading ??= app();
    loading.then(
      (handle) => handle(request, response),
      (error: unknown) => {
        loading = undefined;
        log.error('http.failed', { why: reasonOf(error) });
        response.writeHead(503).end();
      },
    );
  });
  server.maxConnections = 1000;
  return server;
}

async function drain(server: Server, drainTime: Milliseconds): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), drainTime);
  await closed;
  clearTimeout(cutOff);
}
