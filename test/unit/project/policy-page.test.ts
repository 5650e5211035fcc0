/** docs/policy.md tells the rules as they are. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../../src/config/folders.ts';
import { policyRules } from '../../../src/policy/rules/index.ts';

const page = readFileSync(join(packageRoot(), 'docs/policy.md'), 'utf8');

test('the table has every rule, in its order, with its states, mode and what it does when it cannot find out', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \|[^|]*\|[^|]*\| ([^|]*) \| (\w+) \| (\w+) \|$/gmu)];
  const told = rows.map(([, name, states, mode, whenUnknown]) => ({ name, states, mode, whenUnknown }));
  const are = policyRules.map(({ name, states, mode, whenUnknown }) => ({
    ...{ name, mode, whenUnknown },
    states: states.join(', '),
  }));
  expect(told).toEqual(are);
});
