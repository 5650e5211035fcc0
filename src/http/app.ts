/** app — Express: bodies in, routes, errors out.
 *
 * limits   bodies of 64 KiB; an answer within the deadline of all answers, else 503
 * security no route answers with a request's content, and no header or body is logged */

import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import type { Milliseconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import type { Route } from './route.ts';
import { routes } from './routes/index.ts';
import type { HttpServices } from './services.ts';

export interface AppParts {
  readonly services: HttpServices;
  readonly answerDeadline: () => Milliseconds;
  readonly log: Log;
}

const MAX_BODY = 65_536;

const bodies: Readonly<Record<NonNullable<Route['body']>, RequestHandler>> = {
  // Whatever its Content-Type says: peers that post JSON do not all name it so.
  json: express.json({ limit: MAX_BODY, type: () => true }),
  form: express.urlencoded({ limit: MAX_BODY, extended: false, parameterLimit: 50 }),
};

export function createApp({ services, answerDeadline, log }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(helmet());
  app.use((_, response, next) => {
    const late = setTimeout(() => {
      log.warn('http.overdue');
      if (!response.headersSent) response.status(503).json({ error: 'temporarily_unavailable' });
    }, answerDeadline());
    response.once('close', () => clearTimeout(late));
    next();
  });
  for (const { method, path, body, answer } of routes) {
    const read = body === undefined ? [] : [bodies[body]];
    app[method](path, ...read, (request, response) => answer(request, response, services));
  }
  app.use((_, response) => void response.status(404).json({ error: 'not_found' }));
  app.use(refuse(log));
  return app;
}

/** The door of HTTP: nothing that is thrown gets past it. Express knows it by its four arguments. */
const refuse =
  (log: Log): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const status = Number(error?.status);
    const isTheirs = status >= 400 && status < 500;
    if (isTheirs) log.warn('http.malformed', { path: request.path, status });
    else log.error('http.failed', { path: request.path, why: reasonOf(error) });
    if (response.headersSent) return void response.destroy();
    response.status(isTheirs ? status : 500).json({ error: isTheirs ? 'invalid_request' : 'internal_error' });
  };
