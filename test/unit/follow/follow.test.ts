/** A log that grows and is rotated in every way, and the lines that arrive. */

import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createFollower, type Follower, follow } from '../../../src/follow/follow.ts';

let folder: string;
let path: string;
let lines: string[];
let told: string[];
let time: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-follow-'));
  path = join(folder, 'mail.log');
  [lines, told, time] = [[], [], 0];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = {
  debug: () => undefined,
  info: (event: string) => void told.push(event),
  warn: (event: string, fields?: object) =>
    void told.push(`${event}: ${(fields as { why?: string } | undefined)?.why}`),
  error: () => undefined,
};
const take = async (more: readonly string[]): Promise<void> => void lines.push(...more);
function begin(): Follower {
  const follower = createFollower({ path, take, clock: { ...systemClock, now: () => time }, log });
  onTestFinished(() => follower.close());
  return follower;
}
const write = (text: string): void => appendFileSync(path, text);
const rotate = (to = 'mail.log.1'): void => {
  renameSync(path, join(folder, to));
  writeFileSync(path, '');
};

describe('a log', () => {
  test('is followed from its end on', async () => {
    write('before\nhal');
    const follower = begin();
    await follower.look();
    write('f\none\ntw');
    await follower.look();
    write('o\n');
    await follower.look();
    // The half line is one whose beginning nobody has read.
    expect(lines).toEqual(['f', 'one', 'two']);
    expect(told).toEqual(['mail_log.followed']);
    expect(follower.isReading()).toBe(true);
  });

  test('that is not there is waited for, and read from its beginning', async () => {
    const follower = begin();
    await follower.look();
    await follower.look();
    expect(told).toEqual(['mail_log.unread: there is no such file']);
    expect(follower.isReading()).toBe(false);
    write('one\n');
    await follower.look();
    expect(lines).toEqual(['one']);
    expect(told).toEqual(['mail_log.unread: there is no such file', 'mail_log.followed']);
  });

  test('that is renamed is read to its end, then the new one', async () => {
    write('');
    const follower = begin();
    await follower.look();
    write('one\n');
    rotate();
    write('three\n');
    // Its writer has not heard of it yet.
    appendFileSync(join(folder, 'mail.log.1'), 'two\n');
    await follower.look();
    expect(lines).toEqual(['one', 'two', 'three']);
    appendFileSync(join(folder, 'mail.log.1'), 'late\n');
    await follower.look();
    expect(lines).toEqual(['one', 'two', 'three', 'late']);
  });

  test('that is renamed before there is a new one is not missed meanwhile', async () => {
    write('');
    const follower = begin();
    await follower.look();
    renameSync(path, join(folder, 'mail.log.1'));
    appendFileSync(join(folder, 'mail.log.1'), 'one\n');
    await follower.look();
    await follower.look();
    write('two\n');
    await follower.look();
    expect(lines).toEqual(['one', 'two']);
    expect(told).toEqual(['mail_log.followed']);
  });

  test('that was renamed is left after a minute', async () => {
    write('');
    const follower = begin();
    await follower.look();
    rotate();
    await follower.look();
    time += 60_000;
    await follower.look();
    appendFileSync(join(folder, 'mail.log.1'), 'too late\n');
    await follower.look();
    expect(lines).toEqual([]);
  });

  test('that is copied and emptied is read from its beginning', async () => {
    write('long ago, and longer than what follows\n');
    const follower = begin();
    await follower.look();
    write('one\nhal');
    await follower.look();
    copyFileSync(path, join(folder, 'mail.log.1'));
    truncateSync(path);
    write('two\n');
    await follower.look();
    expect(lines).toEqual(['one', 'two']);
  });

  test('that is no file is told of, until it is one', async () => {
    mkdirSync(path);
    const follower = begin();
    await follower.look();
    rmSync(path, { recursive: true });
    write('old\n');
    await follower.look();
    write('one\n');
    await follower.look();
    expect(lines).toEqual(['one']);
    expect(told).toEqual(['mail_log.unread: it is no regular file', 'mail_log.followed']);
  });

  test('below what is no folder is told of once, with what to do', async () => {
    writeFileSync(join(folder, 'file'), '');
    const warn = vi.fn();
    const at = join(folder, 'file/mail.log');
    const follower = createFollower({ path: at, take, clock: systemClock, log: { ...log, warn } });
    await follower.look();
    await follower.look();
    expect(warn.mock.calls).toEqual([
      [
        'mail_log.unread',
        { path: at, why: expect.stringMatching(/^ENOTDIR/u), advice: expect.stringMatching(/Postfix/u) },
      ],
    ]);
  });

  test('whose lines are waited for is not read on meanwhile, and ends in the middle', async () => {
    write('');
    let release = (): void => undefined;
    const follower = createFollower({
      path,
      clock: systemClock,
      log,
      take: async (more) => {
        lines.push(...more);
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      },
    });
    await follower.look();
    write(`${'x'.repeat(100)}\n`.repeat(5000));
    const looking = follower.look();
    await expect.poll(() => lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(1000);
    await follower.close();
    release();
    await looking;
    expect(lines.length).toBeLessThan(1000);
    expect(told).toEqual(['mail_log.followed']);
  });
});

test('looked at again and again, it is read as it grows', async () => {
  write('old\n');
  const following = follow({ path, take, clock: systemClock, log }, 5);
  await expect.poll(() => following.isReading()).toBe(true);
  write('one\n');
  await expect.poll(() => lines).toEqual(['one']);
  rotate();
  write('two\n');
  await expect.poll(() => lines).toEqual(['one', 'two']);
  await following.close();
  expect(following.isReading()).toBe(false);
});

test('however it is written and rotated, each whole line arrives once and in order', async () => {
  const op = fc.oneof(
    { weight: 6, arbitrary: fc.array(fc.constantFrom('a', 'é', '\n'), { minLength: 1, maxLength: 8 }) },
    { weight: 3, arbitrary: fc.constant('look' as const) },
    { weight: 1, arbitrary: fc.constantFrom('rename', 'empty') },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 40 }), async (ops) => {
      rmSync(path, { force: true });
      writeFileSync(path, 'old\n');
      lines = [];
      const follower = createFollower({ path, take, clock: { ...systemClock, now: () => time }, log });
      await follower.look();
      const wanted: string[] = [];
      let open = '';
      let isRotated = false;
      const look = async () => {
        await follower.look();
        isRotated = false;
      };
      for (const [n, one] of ops.entries()) {
        if (one === 'look') await look();
        else if (one === 'rename') {
          // Twice between two looks would be once too much.
          if (isRotated) await look();
          rotate(`mail.log.${n}`);
          isRotated = true;
        } else if (one === 'empty') {
          // What is written meanwhile would be lost.
          await look();
          truncateSync(path);
          await look();
        } else {
          const text = one.join('').replaceAll('\n', `${n}\n`);
          write(text);
          const parts = (open + text).split('\n');
          open = parts.pop() ?? '';
          wanted.push(...parts);
        }
        if (one === 'rename' || one === 'empty') open = '';
      }
      await follower.look();
      await follower.close();
      expect(lines).toEqual(wanted);
    }),
    { numRuns: 150 },
  );
});
