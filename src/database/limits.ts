/** limits — the SQL of quotas and rate limits, see quota/ and policy/limits. */

import type { Statement } from './statement.ts';

/** Limits that are null are none. */
export interface QuotaRow {
  readonly address: string;
  readonly login: string;
  readonly storage_limit: number | null;
  readonly storage_usage: number;
  readonly messages_limit: number | null;
  readonly messages_usage: number;
  readonly domain: string;
  readonly domain_limit: number | null;
  /** Seconds. */
  readonly full_for: number | null;
}

export const quotaFacts: Statement = {
  name: 'quota_facts',
  text: `
select address, login, storage_limit::float8, storage_usage::float8, messages_limit::float8, messages_usage::float8,
       domain, domain_limit::float8, full_for
from unified.lookup_quotas
where address = any($1::text[])`,
};

/** A limit of a login; without a counter: it has none. */
export type RateLimitRow = {
  readonly username: string;
  /** The login name. */
  readonly user: string;
  readonly domain: string;
} & (
  | { readonly counter: null }
  | {
      readonly counter: 'messages' | 'recipients' | 'bytes' | 'new_recipients' | 'new_networks' | 'bounces';
      readonly counted_by: 'user' | 'credential' | 'domain' | 'network';
      readonly window_seconds: number;
      readonly max_count: number | null;
      readonly is_permanent: boolean;
      readonly suspends: boolean;
    }
);

export const rateLimits: Statement = {
  name: 'rate_limits',
  text: `
select username, "user", domain, counted_by, counter, window_seconds, max_count::float8 as max_count,
       is_permanent, suspends
from unified.lookup_rate_limits
where username = any($1::text[])`,
};
