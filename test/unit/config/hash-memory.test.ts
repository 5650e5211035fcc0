import { describe, expect, test } from 'vitest';
import { createHashing } from '../../../src/auth/hashing.ts';
import { makers } from '../../../src/auth/password.ts';
import { LEAST_HASH_MEMORY, standardHashMemory } from '../../../src/config/hash-memory.ts';
import { loadSettings } from '../../../src/config/settings.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

describe('hashes have', () => {
  const machines: Record<string, [total: number, constrained: number, memory: number]> = {
    "a quarter of a host's memory": [4 * GIB, 0, GIB],
    'whole mebibytes of it': [4 * GIB - 1, 0, 1023 * MIB],
    'the same where Linux says that there is no limit': [4 * GIB, 2 ** 64, GIB],
    'half of what the unit may have': [64 * GIB, 512 * MIB, 256 * MIB],
    "no more than the host's quarter where the unit may have nearly all": [4 * GIB, 3 * GIB, GIB],
    'enough for our own on the least of hosts': [128 * MIB, 0, 64 * MIB],
  };
  test.each(Object.entries(machines))('%s', (_, [total, constrained, memory]) => {
    expect(standardHashMemory({ total, constrained })).toBe(memory);
  });

  test('on this machine too', () => {
    const outcome = loadSettings({ env: {} });
    expect(outcome).toMatchObject({ kind: 'ok', settings: { hashMemory: standardHashMemory() } });
    expect(standardHashMemory() / MIB).toSatisfy(Number.isSafeInteger);
  });
});

test.each([1, 2, 4])('the least of it is enough for each hash that we make, with %i at once', (atOnce) => {
  const hashing = createHashing({ atOnce, waiting: 0, memory: LEAST_HASH_MEMORY });
  for (const { memoryOfNew = 0 } of makers) expect(hashing.objectionTo(memoryOfNew)).toBeUndefined();
});

test.each(['63M', '64', 'none', 'unlimited', 'much'])('it may not be set to %s', (size) => {
  const outcome = loadSettings({ env: { DOVETAIL_HASH_MEMORY: size } });
  expect(outcome).toMatchObject({ problems: [expect.stringContaining('must be a size from 64M on')] });
});

test('it may be set to 1.5G', () => {
  const outcome = loadSettings({ env: { DOVETAIL_HASH_MEMORY: '1.5G' } });
  expect(outcome).toMatchObject({ settings: { hashMemory: 1.5 * GIB } });
});
