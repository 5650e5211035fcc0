import { expect, test } from 'vitest';
import { compareVersions } from '../../../src/base/version.ts';

const INCREASING = [
  '0.1.0',
  '0.9.0',
  '0.10.0',
  '1.0.0-beta',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.10.0',
  '2.0.0',
];

test('versions sort as they are released', () => {
  for (const [at, version] of INCREASING.entries()) {
    for (const [other, compared] of INCREASING.entries())
      expect(Math.sign(compareVersions(version, compared)), `${version} ${compared}`).toBe(
        Math.sign(at - other),
      );
  }
});

test('a build of the same version is the same version', () => {
  expect(compareVersions('1.2.3+debian1', '1.2.3')).toBe(0);
});
