import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { standardFolders } from '../../../src/config/folders.ts';

function checkout(mode: number): string {
  const above = mkdtempSync(join(inject('runFolder'), 'folders-'));
  mkdirSync(join(above, 'dovetail/src'), { recursive: true });
  chmodSync(above, mode);
  return join(above, 'dovetail');
}

const isRoot = process.getuid?.() === 0;
if (!isRoot) console.warn('SKIPPED: the folders of a checkout that is closed to others: needs root');

test('without sources it is installed, and uses the folders of the system', () => {
  expect(standardFolders(join(checkout(0o755), 'src'))).toEqual({
    stateDir: '/var/lib/dovetail',
    runDir: '/run/dovetail',
  });
});

test.skipIf(!isRoot)("root's checkout that is closed to others has its state where others may go", () => {
  expect(standardFolders(checkout(0o700)).stateDir).toBe('/var/lib/dovetail');
});
