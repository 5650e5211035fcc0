import { describe, expect, test, vi } from 'vitest';
import { silent } from '../../../src/base/log.ts';
import type { Compatibility } from '../../../src/database/migrate.ts';
import { createSchemaGuard } from '../../../src/database/schema-guard.ts';

const ok: Compatibility = { kind: 'ok' };
const behind: Compatibility = { kind: 'behind', missing: ['999_more'], viewsDiffer: false };
const guardOf = (check: () => Promise<Compatibility>, log = silent) =>
  createSchemaGuard({ url: '', log, check, askAgainAfter: 1 });

describe('the schema guard', () => {
  test('asks a database again that was away, without being told', async () => {
    const check = vi.fn<() => Promise<Compatibility>>(async () => ok);
    check.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
    const guard = guardOf(check);
    await guard.checkAtStart();
    expect(guard.fits()).toBe(false);
    await vi.waitFor(() => expect(guard.fits()).toBe(true));
    guard.close();
  });

  test('asks a schema again that was behind, and complains once', async () => {
    const error = vi.fn();
    const check = vi.fn<() => Promise<Compatibility>>(async () => ok);
    check.mockResolvedValueOnce(behind).mockResolvedValueOnce(behind);
    const guard = guardOf(check, { ...silent, error });
    await guard.checkAgain();
    await vi.waitFor(() => expect(guard.fits()).toBe(true));
    expect(error).toHaveBeenCalledTimes(1);
    guard.close();
  });

  test('checks one at a time, and once more after the last change', async () => {
    let atOnce = 0;
    let most = 0;
    const check = vi.fn(async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      atOnce -= 1;
      return ok;
    });
    const guard = guardOf(check);
    await Promise.all(Array.from({ length: 100 }, () => guard.checkAgain()));
    expect(most).toBe(1);
    expect(check).toHaveBeenCalledTimes(2);
    guard.close();
  });

  test('asks nobody after it was closed', async () => {
    const check = vi.fn(async () => Promise.reject(new Error('away')));
    const guard = guardOf(check);
    await guard.checkAtStart();
    guard.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(check).toHaveBeenCalledTimes(1);
  });
});
