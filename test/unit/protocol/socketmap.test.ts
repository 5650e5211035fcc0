import { expect, test } from 'vitest';
import { absent, later } from '../../../src/base/answer.ts';
import type { Log, LogFields } from '../../../src/base/log.ts';
import { socketmap } from '../../../src/protocol/socketmap.ts';
import { socketmapWorld } from './dialogue.ts';

function recordingLog(): { log: Log; events: [string, LogFields | undefined][] } {
  const events: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void events.push([event, fields]);
  return { log: { debug: write, info: write, warn: write, error: write }, events };
}

const ask = (request: string, log?: Log) => socketmapWorld(log).converse().answer(request);

test('an answer from memory is given in the same tick', () => {
  expect(ask('virtual_alias_maps sales@x.test')).toBeTypeOf('string');
  expect(ask('virtual_alias_maps slow@x.test')).toBeInstanceOf(Promise);
});

test('the key reaches the lookup as it was sent: letter case, spaces, further spaces', () => {
  const keys: string[] = [];
  const answerAbsent = (_map: string, key: string) => {
    keys.push(key);
    return absent;
  };
  const lookup = { has: () => true, answer: answerAbsent };
  const { answer } = socketmap({ lookup, log: recordingLog().log }).converse();
  void answer('virtual_alias_maps A  b @X.Test ');
  expect(keys).toEqual(['A  b @X.Test ']);
});

test('what could not be found out is a log line with its reason, and nothing unprintable', () => {
  const { log, events } = recordingLog();
  const reply = socketmap({ log, lookup: { has: () => true, answer: () => later('no\r\ndatabase') } })
    .converse()
    .answer('virtual_alias_maps a\nb@x.test');
  expect(reply).toBe('25:TEMP no\\u{d}\\u{a}database,');
  expect(events).toEqual([
    ['lookup.later', { map: 'virtual_alias_maps', key: 'a\\u{a}b@x.test', why: 'no\r\ndatabase' }],
  ]);
});

test('an unknown map is a log line: somebody misspelt it in main.cf', () => {
  const { log, events } = recordingLog();
  void ask('virtual_alias_mops x', log);
  expect(events).toEqual([['lookup.unknown_map', { map: 'virtual_alias_mops' }]]);
});

test('a request without a key is a log line that does not repeat it', () => {
  const { log, events } = recordingLog();
  void ask('secret', log);
  expect(events).toEqual([['lookup.malformed', { why: 'no map and key' }]]);
});

test('a reason is cut to what Postfix shows', () => {
  expect(ask(`${'m'.repeat(5000)} x`)).toMatch(/^\d+:PERM unknown map m{188}…\(5012\),$/);
});
