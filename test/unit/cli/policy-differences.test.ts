import { expect, test } from 'vitest';
import { seconds } from '../../../src/base/clock.ts';
import { createTelling } from '../../../src/cli/policy-differences.ts';
import { requestAtRcpt } from '../../../src/policy/request.ts';
import { pass } from '../../../src/policy/verdict.ts';
import { createTestClock } from '../../support/clock.ts';
import { createTestWorld } from './world.ts';

const told = { rule: undefined, judgement: pass, unknown: undefined };

test.each([
  [
    'how far in the log',
    Date.UTC(2026, 10, 29, 8, 34, 52),
    '1 requests, up to 2026-11-29 08:34, 0 answers change\n',
  ],
  ['how many, where no time is told', undefined, '1 requests, 0 answers change\n'],
])('on a terminal a long replay says %s', async (_, at, line) => {
  const { world, words } = createTestWorld({ typed: [] });
  const clock = createTestClock();
  const telling = await createTelling({ ...world, clock }, 10);
  clock.advance(seconds(6));
  telling.hear({ recorded: { at, request: requestAtRcpt({}), fate: undefined }, today: told, changed: told });
  expect(words.stderr).toBe(line);
});
