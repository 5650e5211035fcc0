import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/index.ts';
import { describeCommands, helpOf, leavesOf, program, wordsOf } from './commands-page.ts';

test('docs/commands.md tells the commands as they are (re-make it: npx vitest run test/unit/project -u)', async () => {
  await expect(describeCommands()).toMatchFileSnapshot('../../../docs/commands.md');
});

test('there are commands', () => {
  expect(commands.length).toBeGreaterThan(0);
});

describe('every command', () => {
  const leaves = leavesOf(program()).map((leaf) => [wordsOf(leaf), leaf] as const);

  test.each(leaves)('%s says what it does and shows an example', (words, leaf) => {
    expect(leaf.description()).not.toBe('');
    expect(helpOf(leaf)).toMatch(new RegExp(`Examples?:[\\s\\S]*dovetail ${words}`, 'u'));
  });

  test.each(leaves)('%s takes no password as an argument', (_, leaf) => {
    const names = [
      ...leaf.options.filter((option) => option.required || option.optional),
      ...leaf.registeredArguments,
    ];
    expect(
      names.map((named) => named.name()).filter((name) => /^(password|secret|hash)$/u.test(name)),
    ).toEqual([]);
  });
});
