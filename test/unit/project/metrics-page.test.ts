import { expect, test } from 'vitest';
import { type Metric, metricsTable } from '../../../src/metrics/table.ts';

const line = ({ name, kind, labels, words }: Metric): string =>
  `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${words} |\n`;

const page = `# Metrics

Made from \`src/metrics/table.ts\` (\`npx vitest run test/unit/project -u\`). \`GET /metrics\` at \`DOVETAIL_HTTP\`, for Prometheus. Nothing is measured
between two scrapes: everything is a plain count that a scrape reads.

| metric | kind | labels | |
|---|---|---|---|
${Object.values(metricsTable).map(line).join('')}`;

test('docs/metrics.md tells the metrics as they are (re-make it: npx vitest run test/unit/project -u)', async () => {
  await expect(page).toMatchFileSnapshot('../../../docs/metrics.md');
});
