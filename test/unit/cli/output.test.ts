import pico from 'picocolors';
import { describe, expect, test } from 'vitest';
import { type Column, createOutput } from '../../../src/cli/output.ts';

interface Row {
  readonly name: string;
  readonly size: number | null;
}

const columns: Column<Row>[] = [
  { head: 'NAME', cell: (row) => row.name },
  { head: 'SIZE', align: 'right', cell: (row) => row.size },
];

function kept(json: boolean) {
  const said = { stdout: '', stderr: '' };
  let longest = 0;
  const write = (to: 'stdout' | 'stderr') => (text: string) => {
    said[to] += text;
    longest = Math.max(longest, text.length);
  };
  const output = createOutput({ stdout: write('stdout'), stderr: write('stderr') }, pico.createColors(false));
  output.useJson(json);
  return { output, said, longest: () => longest };
}

test('a listing for people is columns under heads, and says so when it is empty', async () => {
  const { output, said } = kept(false);
  await output.list(columns, [[{ name: 'ann', size: 5 }], [{ name: 'bob', size: null }]]);
  await output.list(columns, []);
  expect(said.stdout).toBe('NAME  SIZE\nann      5\nbob      -\n(none)\n');
});

describe('a listing for machines is one JSON array:', () => {
  test.each<[string, Row[][]]>([
    ['empty', []],
    ['an empty page', [[]]],
    ['one row', [[{ name: 'ann', size: 5 }]]],
    [
      'several pages',
      [
        [
          { name: 'ann', size: 5 },
          { name: 'b"\n', size: null },
        ],
        [{ name: 'c', size: 0 }],
      ],
    ],
  ])('%s', async (_, pages) => {
    const { output, said } = kept(true);
    await output.list(columns, pages);
    expect(JSON.parse(said.stdout)).toEqual(pages.flat());
  });
});

test('100,000 rows are written page by page, never as one string', async () => {
  const { output, longest } = kept(true);
  async function* pages() {
    for (let at = 0; at < 100; at += 1)
      yield Array.from({ length: 1000 }, () => ({ name: 'x'.repeat(50), size: at }));
  }
  await output.list(columns, pages());
  expect(longest()).toBeLessThan(200_000);
});

test('control characters from the database do not reach the terminal', async () => {
  const { output, said } = kept(false);
  await output.list(columns, [[{ name: 'a\u001b[2Jb\u0085', size: 1 }]]);
  output.record({}, [['name', 'x\u0007']]);
  output.done('done\u001b', {});
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it must not match
  expect(said.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(said.stdout).toContain('\\x1b[2J');
});

test('what is meant for people is silent in JSON mode', () => {
  const { output, said } = kept(true);
  output.line('for people');
  output.done('Done.', { done: true });
  expect(JSON.parse(said.stdout)).toEqual({ done: true });
});
