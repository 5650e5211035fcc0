import { describe, expect, test } from 'vitest';
import { type Answer, absent, found, later } from '../../../src/base/answer.ts';
import type { Log, LogFields } from '../../../src/base/log.ts';
import { createMemory } from '../../../src/lookup/memory.ts';
import { type CountedReply, socketmap } from '../../../src/protocol/socketmap.ts';
import { createTestClock } from '../../support/clock.ts';
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

describe('replies that are kept', () => {
  const clock = createTestClock();
  /** A lookup that trusts its answers for a second, and how often it was asked. */
  function keeping(given: Answer<string>) {
    let asked = 0;
    const answer = (_map: string, _key: string, onTrusted?: (until: number) => void) => {
      asked += 1;
      onTrusted?.(clock.now() + 1000);
      return given;
    };
    const replies = createMemory<CountedReply>({ clock, maxEntries: 10 });
    const parts = { lookup: { has: () => true, answer }, replies, log: recordingLog().log };
    const ask = () => socketmap(parts).converse().answer('virtual_alias_maps a@x.test');
    return { ask, asked: () => asked };
  }

  test('the rules are asked once while the reply holds', () => {
    for (const [given, reply] of [
      [found('b@x.test'), '11:OK b@x.test,'],
      [absent, '9:NOTFOUND ,'],
    ] as const) {
      const { ask, asked } = keeping(given);
      expect([ask(), ask(), asked()]).toEqual([reply, reply, 1]);
      clock.advance(1000);
      expect([ask(), asked()]).toEqual([reply, 2]);
    }
  });

  test('a temporary failure is none of them', () => {
    for (const given of [later('no database'), found('')]) {
      const { ask, asked } = keeping(given);
      expect(ask()).toMatch(/TEMP/);
      expect(ask()).toMatch(/TEMP/);
      expect(asked()).toBe(2);
    }
  });
});
