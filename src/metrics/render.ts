/** render — the metrics as Prometheus reads them. The only user of prom-client, and only of its text
 * format: what is counted, is counted in plain integers (base/tally.ts).
 *
 * bugs     prom-client 15 is the last one for Node 20; its successor is another package */

import { Registry } from 'prom-client';
import { type Metric, type MetricName, metricsTable, type Readings, type Sample } from './table.ts';

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export async function renderMetrics(readings: Readings): Promise<Exposition> {
  const registry = new Registry();
  for (const name of Object.keys(metricsTable) as MetricName[]) {
    const metric: Metric = metricsTable[name];
    const values = readings[name]().flatMap((sample) => linesOf(metric, sample));
    const told = { name: metric.name, help: metric.words, type: metric.kind, aggregator: 'sum', values };
    // Its types know the library's own metrics alone; all it asks of one is this.
    registry.registerMetric({ ...told, get: async () => told } as never);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function linesOf(metric: Metric, { labels, value }: Sample): Line[] {
  const named = Object.fromEntries(metric.labels.map((label, n) => [label, labels[n] ?? '']));
  if (typeof value === 'number') return [{ metricName: metric.name, labels: named, value }];
  let total = 0;
  const buckets = value.counts.map((count, bucket) => {
    total += count;
    const le = value.bounds[bucket] ?? '+Inf';
    return { metricName: `${metric.name}_bucket`, labels: { le, ...named }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${metric.name}_sum`, labels: named, value: value.sum },
    { metricName: `${metric.name}_count`, labels: named, value: total },
  ];
}
