import { expect, test } from 'vitest';
import type { Log, LogFields } from '../../../src/base/log.ts';
import { createReload } from '../../../src/config/reload.ts';
import { loadSettings, type Settings } from '../../../src/config/settings.ts';

const folders = { stateDir: '/var/lib/dovetail', runDir: '/run/dovetail' };
const read = (env: Record<string, string>) => loadSettings({ env, folders });

function settingsOf(env: Record<string, string>): Settings {
  const outcome = read(env);
  if (outcome.kind !== 'ok') throw new Error(outcome.problems.join('; '));
  return outcome.settings;
}

/** Reloads, one after the other, with these variables; what was put in force, and what was logged. */
async function reloadWith(start: Record<string, string>, ...later: Record<string, string>[]) {
  const events: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void events.push([event, fields]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const applied: Settings[] = [];
  const waiting = [...later];
  const reload = createReload({
    settings: settingsOf(start),
    read: async () => read(waiting.shift() ?? {}),
    apply: (settings) => void applied.push(settings),
    log,
  });
  for (const _ of later) await reload();
  return { events, applied };
}

test('what needs a restart is named each time, and a secret is not shown', async () => {
  const url = 'postgresql://dovetail:topsecret@db/mail';
  const changed = { DATABASE_URL: url, DOVETAIL_LAST_KNOWN_FOR: '0s' };
  const { events, applied } = await reloadWith({}, changed, changed);
  expect(events).toEqual([
    ['settings.need_restart', { settings: ['database_url'] }],
    ['settings.reloaded', { changed: { last_known_for: '0ms' } }],
    ['settings.need_restart', { settings: ['database_url'] }],
    ['settings.reloaded', { changed: {} }],
  ]);
  expect(applied.at(-1)).toMatchObject({ databaseUrl: null, lastKnownFor: 0 });
});

test('what was taken back is no longer in force', async () => {
  const { applied } = await reloadWith({}, { DOVETAIL_RECIPIENT_DELIMITER: '=' }, {});
  expect(applied.map(({ recipientDelimiter }) => recipientDelimiter)).toEqual(['=', '+']);
});

test('bad settings are not applied, not even those among them that are good', async () => {
  const { events, applied } = await reloadWith(
    {},
    { DOVETAIL_TYPO: '1', DATABASE_URL: 'mysql://x:topsecret@y/z', DOVETAIL_DRAIN_TIME: '1s' },
  );
  expect(applied).toEqual([]);
  expect(events).toEqual([
    [
      'settings.refused',
      {
        problems: [
          'DOVETAIL_TYPO is no setting of dovetail',
          'DATABASE_URL must be a postgresql:// URL, or none',
        ],
      },
    ],
  ]);
});

test('a setting without effect in this version is a warning, and no reason for a restart', async () => {
  const { events } = await reloadWith({}, { DATABASE_READ_URL: 'postgresql://127.0.0.1:1/replica' });
  expect(events.map(([event]) => event)).toEqual(['settings.warning', 'settings.reloaded']);
});
