/** route — what a file of routes/ exports: a method, a path, and how the answer is made.
 *
 * What a handler throws or rejects with is logged and answered 500; what takes too long, 503. */

import type { Request, Response } from 'express';
import type { HttpServices } from './services.ts';

export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** How a body is read, if there may be one. */
  readonly body?: 'json' | 'form';
  answer(request: Request, response: Response, services: HttpServices): void | Promise<void>;
}
