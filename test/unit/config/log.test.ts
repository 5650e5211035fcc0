import { expect, test } from 'vitest';
import { createLog } from '../../../src/config/log.ts';

function written(pretty: boolean, level: 'debug' | 'warn' = 'debug') {
  const lines: string[] = [];
  return {
    lines,
    log: createLog({
      level,
      pretty,
      to: { write: (line) => void lines.push(line) },
    }),
  };
}

test('an event is one JSON line', () => {
  const { lines, log } = written(false);
  log.warn('lookup.later', {
    map: 'virtual_alias_maps',
    why: 'database\naway',
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toContain('\n');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'warn',
    event: 'lookup.later',
    map: 'virtual_alias_maps',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});

test('on a terminal, an event is one readable line without control characters', () => {
  const { lines, log } = written(true);
  log.info('daemon.ready', { sockets: 2, why: 'a\u001b[2J b' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal
  const plain = (lines[0] ?? '').replace(/\u001b\[\d+m/gu, '');
  expect(plain).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info +daemon\.ready sockets=2 why="a.*\n$/);
  expect(plain).not.toContain('\u001b');
});

test('what is below the level is not written', () => {
  const { lines, log } = written(false, 'warn');
  log.debug('a');
  log.info('b');
  log.error('c');
  expect(lines).toHaveLength(1);
});
