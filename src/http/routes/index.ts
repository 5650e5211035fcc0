/** routes — the family of HTTP routes. A new one is one file and one line here. */

import type { Route } from '../route.ts';
import { authPolicy } from './auth-policy.ts';
import { guessing } from './guessing.ts';
import { healthz } from './healthz.ts';
import { introspectBearer, introspectForm } from './introspect.ts';
import { limitCharge, limitUsage } from './limits.ts';
import { metrics } from './metrics.ts';
import { readyz } from './readyz.ts';

export const routes: readonly Route[] = [
  healthz,
  readyz,
  metrics,
  introspectForm,
  introspectBearer,
  authPolicy,
  guessing,
  limitUsage,
  limitCharge,
];
