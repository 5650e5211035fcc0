/** table — every metric, once: its name, kind, labels and words. readings.ts says where each comes
 * from, render.ts writes them for Prometheus, docs/metrics.md is made of this table. */

import type { Distribution } from '../base/tally.ts';

export interface Metric<L extends string = string> {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly L[];
  readonly words: string;
}

/** One line of a metric: its labels' values in the order of the table. */
export interface Sample {
  readonly labels: readonly string[];
  readonly value: number | Distribution;
}

const metric = (kind: Metric['kind'], name: string, labels: readonly string[], words: string): Metric => ({
  kind,
  name: `dovetail_${name}`,
  labels,
  words,
});

export const metricsTable = {
  ready: metric('gauge', 'ready', [], '1 when /readyz says so, else 0.'),
  listening: metric(
    'gauge',
    'listening_for_changes',
    [],
    '1 while changes in the database are heard; else nothing in memory is trusted.',
  ),
  lookups: metric(
    'counter',
    'lookups_total',
    ['map', 'answer'],
    'Answers to Postfix: found, absent or later.',
  ),
  logins: metric(
    'counter',
    'logins_total',
    ['service', 'outcome'],
    'Passwords that were verified: ok, mismatch, unknown, disabled or later.',
  ),
  sasl: metric(
    'counter',
    'sasl_exchanges_total',
    ['mechanism', 'outcome'],
    'SASL exchanges at auth.sock: ok, later, or why the client was refused.',
  ),
  policyAnswers: metric(
    'counter',
    'policy_answers_total',
    ['answer'],
    'Answers at policy.sock: pass, refuse (5xx), wait (4xx) or later.',
  ),
  policyRules: metric(
    'counter',
    'policy_verdicts_total',
    ['rule', 'mode', 'verdict'],
    'What each policy rule thought: pass, refuse, wait or later. In shadow the answer is another.',
  ),
  mailLogFollowed: metric(
    'gauge',
    'mail_log_followed',
    [],
    '1 while the log of `DOVETAIL_MAIL_LOG` can be read; 0 also where none is named.',
  ),
  mailLogLines: metric(
    'counter',
    'mail_log_lines_total',
    ['kind'],
    'Lines of that log: read, and what they tell counted; or too_long to be any.',
  ),
  bounces: metric(
    'counter',
    'bounces_total',
    ['outcome'],
    'Recipients who do not exist: counted, or uncertain (with which password it was sent is not known), foreign (sent without a login of ours, or before this process heard), forgiven (the password was changed or restored since), unlimited, later.',
  ),
  openConnections: metric('gauge', 'connections', ['protocol'], 'Connections now.'),
  connections: metric('counter', 'connections_total', ['protocol'], 'Connections that were accepted.'),
  immediate: metric(
    'counter',
    'immediate_answers_total',
    ['protocol'],
    'Requests that memory answered in the same instant.',
  ),
  waited: metric(
    'histogram',
    'answer_seconds',
    ['protocol'],
    'Time until the answer of all other requests. Unit: seconds.',
  ),
  troubles: metric(
    'counter',
    'troubles_total',
    ['protocol', 'kind'],
    'What went wrong: overdue (no answer in time), failed (a bug of ours), broken (the peer sent what is no message).',
  ),
  cacheEntries: metric(
    'gauge',
    'cache_entries',
    ['cache', 'kind'],
    'Facts in memory: present, or known to be absent.',
  ),
  cacheHits: metric(
    'counter',
    'cache_hits_total',
    ['cache'],
    'Facts that memory knew. Whole replies from memory ask for no fact and are not among them.',
  ),
  cacheQueries: metric(
    'counter',
    'cache_queries_total',
    ['cache', 'outcome'],
    'Queries for facts that memory did not know: answered or failed.',
  ),
  cacheQueriedKeys: metric('counter', 'cache_queried_keys_total', ['cache'], 'Keys in these queries.'),
  cacheLastKnown: metric(
    'counter',
    'cache_last_known_total',
    ['cache'],
    'Last known facts that were served because the database was away.',
  ),
  revoked: metric(
    'histogram',
    'revocation_seconds',
    ['step'],
    'From the begin of the transaction that takes access away until: dropped (forgotten here), kicked (Dovecot has ended the sessions; one count a Dovecot). Unit: seconds.',
  ),
  revocationsWaiting: metric(
    'gauge',
    'revocations_waiting',
    [],
    'Revocations that a Dovecot has yet to be told of.',
  ),
  memory: metric('gauge', 'process_resident_memory_bytes', [], 'Memory of the daemon. Unit: bytes.'),
  cpu: metric('counter', 'process_cpu_seconds_total', [], 'CPU time of the daemon. Unit: seconds.'),
  uptime: metric('gauge', 'process_uptime_seconds', [], 'How long the daemon runs. Unit: seconds.'),
} as const;

export type MetricName = keyof typeof metricsTable;
/** Where each metric comes from, read at each scrape. */
export type Readings = { readonly [M in MetricName]: () => readonly Sample[] };
