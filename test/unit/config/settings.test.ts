import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { handedBySystemd, loadSettings } from '../../../src/config/settings.ts';
import { showSettings } from '../../../src/config/settings-page.ts';

const folders = { stateDir: '/var/lib/dovetail', runDir: '/run/dovetail' };
const empty = fileWith('');

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(inject('runFolder'), 'dovetail-settings-')), 'dovetail.yaml');
  writeFileSync(file, text);
  return file;
}

function settingsOf(env: Record<string, string>, yaml = '') {
  const outcome = loadSettings({ env, file: fileWith(yaml), folders });
  if (outcome.kind === 'invalid') throw new Error(outcome.problems.join('\n'));
  return outcome.settings;
}

function problemsOf(env: Record<string, string>, yaml = ''): readonly string[] {
  const outcome = loadSettings({ env, file: fileWith(yaml), folders });
  return outcome.kind === 'invalid' ? outcome.problems : [];
}

test('without a word, the defaults of the public interface hold', () => {
  expect(settingsOf({})).toMatchObject({
    databaseUrl: null,
    stateDir: '/var/lib/dovetail',
    runDir: '/run/dovetail',
    logLevel: 'info',
    http: { host: '127.0.0.1', port: 8280 },
    socketMode: 0o660,
    recipientDelimiter: '+',
    cacheEntries: 30_000,
    queryDeadline: 2000,
    drainTime: 20_000,
    lastKnownFor: 600_000,
  });
});

test('the environment wins over the file, and an empty variable is as if unset', () => {
  const yaml = 'log_level: warn\nsocket_mode: 0666\ncache_entries: 1000\n';
  const settings = settingsOf({ DOVETAIL_LOG_LEVEL: 'error', DOVETAIL_SOCKET_MODE: '' }, yaml);
  expect(settings).toMatchObject({
    logLevel: 'error',
    socketMode: 0o666,
    cacheEntries: 1000,
  });
});

test('a time is read with its unit', () => {
  const times = {
    '500ms': 500,
    '2s': 2000,
    '3 min': 180_000,
    '1h': 3_600_000,
    '1d': 86_400_000,
  };
  for (const [text, value] of Object.entries(times)) {
    expect(settingsOf({ DOVETAIL_DRAIN_TIME: text }).drainTime).toBe(value);
  }
});

test('a relative folder is below the folder in which dovetail was started', () => {
  expect(settingsOf({ DOVETAIL_RUN_DIR: './run' }).runDir).toBe(resolve('run'));
});

test('an inet address may be IPv6 or none', () => {
  expect(settingsOf({ DOVETAIL_SOCKETMAP_INET: '[::1]:8281' }).socketmapInet).toEqual({
    host: '::1',
    port: 8281,
  });
  expect(settingsOf({ DOVETAIL_HTTP: 'none' }).http).toBeNull();
});

describe('what is wrong is a problem', () => {
  const wrong: Record<string, [env: Record<string, string>, yaml: string, problem: RegExp]> = {
    'an unknown variable': [{ DOVETAIL_SPEED: '9' }, '', /DOVETAIL_SPEED is no setting/],
    'an unknown key': [{}, 'sped: 9', /sped in .* is no setting/],
    'a bare number of seconds': [{ DOVETAIL_DRAIN_TIME: '20' }, '', /time with its unit .* not "20"/],
    'a negative count': [{ DOVETAIL_CACHE_ENTRIES: '-1' }, '', /whole number from 100/],
    'a mode that is not octal': [{ DOVETAIL_SOCKET_MODE: '0689' }, '', /octal/],
    'an unknown log level': [{}, 'log_level: loud', /log_level must be one of debug, info/],
    'a port past the last': [{ DOVETAIL_HTTP: 'localhost:70000' }, '', /address and port/],
    'a list where a value belongs': [{}, 'log_level: [info]', /one plain value/],
    'a key given twice': [{}, 'log_level: info\nlog_level: warn', /line 2/],
    'a file that is no map': [{}, 'hello', /key: value/],
    'broken YAML': [{}, 'log_level: "info', /line 1/],
  };
  test.each(Object.entries(wrong))('%s', (_, [env, yaml, problem]) => {
    expect(problemsOf(env, yaml).join('\n')).toMatch(problem);
  });

  test('a named file that is missing', () => {
    const outcome = loadSettings({
      env: {},
      file: '/nonexistent/dovetail.yaml',
      folders,
    });
    expect(outcome).toMatchObject({
      kind: 'invalid',
      problems: [expect.stringContaining('cannot be read')],
    });
  });

  test('all problems are listed at once', () => {
    expect(problemsOf({ DOVETAIL_HTTP: 'x', DOVETAIL_NONSENSE: '1' }, 'socket_mode: rw')).toHaveLength(3);
  });
});

test('a setting without effect in this version is accepted with a warning', () => {
  const outcome = loadSettings({
    env: { DATABASE_READ_URL: 'postgresql://localhost/replica' },
    file: empty,
    folders,
  });
  expect(outcome).toMatchObject({
    kind: 'ok',
    warnings: ['DATABASE_READ_URL has no effect in this version'],
  });
});

test('a secret is neither quoted in a problem nor shown', () => {
  const password = 'hunter2';
  const misplaced = {
    DATABASE_URL: `mysql://u:${password}@h/db`,
    DOVETAIL_DOVEADM_URLS: `https://u:${password}@h`,
  };
  expect(problemsOf(misplaced)).toHaveLength(2);
  expect(problemsOf(misplaced).join('\n')).not.toContain(password);
  const shown = showSettings(settingsOf({ DATABASE_URL: `postgresql://u:${password}@h/db` }));
  expect(shown.database_url).toBe('(set)');
  expect(JSON.stringify(shown)).not.toContain(password);
});

test('what is shown can be read again and means the same', () => {
  const settings = settingsOf({
    DOVETAIL_SOCKETMAP_INET: '[::1]:10',
    DOVETAIL_RECIPIENT_DELIMITER: 'none',
  });
  const yaml = Object.entries(showSettings(settings)).map(([key, text]) => `${key}: "${text}"`);
  expect(settingsOf({}, yaml.join('\n'))).toEqual(settings);
});

test('of the environment, only what systemd hands over is handed on', () => {
  expect(handedBySystemd({ LISTEN_FDS: '2', DATABASE_URL: 'postgresql://x' })).not.toHaveProperty(
    'DATABASE_URL',
  );
  expect(handedBySystemd({ LISTEN_FDS: '2' })).toMatchObject({
    LISTEN_FDS: '2',
  });
});
