import { describe, expect, test } from 'vitest';
import { type CommandFile, failure, type World } from '../../../src/cli/command.ts';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { leavesOf, program, wordsOf } from '../project/commands-page.ts';
import { createTestWorld } from './world.ts';

/** A program with one command, `act`. */
async function runAct(words: readonly string[], act: (world: World) => unknown) {
  const { world, words: said } = createTestWorld();
  const command: CommandFile = {
    register(program, each) {
      program
        .command('act')
        .argument('<thing>')
        .action(async () => void (await act(each)));
    },
  };
  const code = await run(words, world, [command], '1.2.3');
  return { code, ...said };
}

const done = () => undefined;

describe('the exit code is', () => {
  test.each<[string, string[], () => unknown, number]>([
    ['0 when it is done', ['act', 'x'], done, 0],
    ['0 after --help', ['act', '--help'], done, 0],
    ['0 after --version', ['--version'], done, 0],
    [
      '1 when it is refused',
      ['act', 'x'],
      () => {
        throw failure({ what: 'cannot', why: 'no', advice: 'do' });
      },
      1,
    ],
    [
      '1 when the world broke',
      ['act', 'x'],
      () => {
        throw new Error('disk on fire');
      },
      1,
    ],
    [
      '75 when it could not be found out',
      ['act', 'x'],
      () => {
        throw failure({ what: 'cannot', why: 'no', advice: 'do', code: 75 });
      },
      75,
    ],
    ['2 without a command', [], done, 2],
    ['2 for an unknown command', ['dance'], done, 2],
    ['2 for an unknown option', ['act', 'x', '--fast'], done, 2],
    ['2 for a missing argument', ['act'], done, 2],
    ['2 for an argument too many', ['act', 'x', 'y'], done, 2],
  ])('%s', async (_, words, act, code) => {
    expect((await runAct(words, act)).code).toBe(code);
  });
});

test('a refusal is one line on stderr: what, why, what to do', async () => {
  const { stdout, stderr } = await runAct(['act', 'x'], () => {
    throw failure({ what: 'cannot add x', why: 'it is there', advice: 'see: dovetail list' });
  });
  expect({ stdout, stderr }).toEqual({
    stdout: '',
    stderr: 'dovetail: cannot add x: it is there; see: dovetail list\n',
  });
});

describe('with --json what went wrong is one JSON object on stderr:', () => {
  const throws = (error: Error) => () => {
    throw error;
  };
  const refused = failure({ what: 'cannot add x', why: 'it is there', advice: 'see: dovetail list' });
  const usage = { why: 'wrong usage', do: '--help tells the usage, with an example' };
  test.each<[string, string[], () => unknown, object]>([
    [
      'a refusal',
      ['act', 'x', '--json'],
      throws(refused),
      { what: 'cannot add x', why: 'it is there', do: 'see: dovetail list' },
    ],
    [
      'a broken world',
      ['act', '--json', 'x'],
      throws(new Error('disk\non fire')),
      {
        what: 'the command failed',
        why: 'disk on fire',
        do: 'try again; docs/operations.md tells what else may help',
      },
    ],
    ['a missing argument', ['act', '--json'], done, { what: "missing required argument 'thing'", ...usage }],
    [
      'an unknown option',
      ['act', 'x', '--json', '--fast'],
      done,
      { what: "unknown option '--fast'", ...usage },
    ],
  ])('%s', async (_, words, act, error) => {
    const { stdout, stderr } = await runAct(words, act);
    expect(stdout).toBe('');
    expect(stderr.match(/\n/gu)).toHaveLength(1);
    expect(JSON.parse(stderr)).toEqual({ error });
  });

  test('wrong usage of any command', async () => {
    const leaves = leavesOf(program()).map(wordsOf);
    expect(leaves.length).toBeGreaterThan(50);
    for (const leaf of leaves) {
      const { world, words } = createTestWorld();
      const code = await run([...leaf.split(' '), '--json', '--no-such-option'], world, commands, '1.2.3');
      expect(code, leaf).toBe(2);
      expect(JSON.parse(words.stderr), leaf).toEqual({
        error: { what: expect.stringMatching(/^(?:unknown|required) option /u), ...usage },
      });
    }
  });

  test('but not where --json is a thing', async () => {
    const { stderr } = await runAct(['act', '--', '--json'], throws(refused));
    expect(stderr).toBe('dovetail: cannot add x: it is there; see: dovetail list\n');
  });
});

test('an error of several lines is one line on stderr', async () => {
  const { stderr } = await runAct(['act', 'x'], () => {
    throw new Error('first\n  second');
  });
  expect(stderr).toBe(
    'dovetail: the command failed: first second; try again; docs/operations.md tells what else may help\n',
  );
});

test('wrong usage is one line on stderr, too', async () => {
  const { stderr } = await runAct(['act'], done);
  expect(stderr).toBe(
    "dovetail: missing required argument 'thing'; --help tells the usage, with an example\n",
  );
});

test('what a command opened is closed when it ends, latest first, also when it failed', async () => {
  const closed: string[] = [];
  const { code } = await runAct(['act', 'x'], (world) => {
    world.atEnd(() => void closed.push('first'));
    world.atEnd(() => Promise.reject(new Error('closing failed')));
    world.atEnd(() => void closed.push('last'));
    throw new Error('failed');
  });
  expect({ code, closed }).toEqual({ code: 1, closed: ['last', 'first'] });
});

test('every problem of the settings is told at once', async () => {
  const { world, words } = createTestWorld({ env: { DOVETAIL_LOG_LEVEL: 'loud', DOVETAIL_TYPO: 'x' } });
  const command: CommandFile = {
    register: (program, each) => void program.command('act').action(async () => void (await each.settings())),
  };
  expect(await run(['act'], world, [command], '1')).toBe(1);
  expect(words.stderr).toMatch(/DOVETAIL_LOG_LEVEL/);
  expect(words.stderr).toMatch(/DOVETAIL_TYPO/);
});
