import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { settingRows } from '../../../src/config/settings-table.ts';
import { tables } from '../../../src/lookup/tables/index.ts';
import { leavesOf, program, wordsOf } from './commands-page.ts';
import { anchorsOf, codeLines, documents, filesBelow, mentions, read, root, strangers } from './documents.ts';

test('there are documents', () => {
  expect(documents.length).toBeGreaterThan(10);
});

describe('what documents speak of exists:', () => {
  test('links', () => {
    const broken = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/gu)]
        .filter(([, file, anchor]) => !leads(path, file, anchor))
        .map(([link]) => `${link} in ${path}`),
    );
    expect(broken).toEqual([]);
  });

  test('files of the project', () => {
    const named = mentions(/`((?:src|sql|test|scripts|clients|config-templates|docs|bin|\.ci)\/[\w./-]*)`/gu);
    // NNN stands for a number.
    const known = [...named.keys()].filter((path) => path.includes('NNN') || existsSync(join(root, path)));
    expect(known.length).toBeGreaterThan(20);
    expect(strangers(named, known)).toEqual([]);
  });

  test('settings', () => {
    const known = ['DOVETAIL_CONFIG', ...settingRows.map(([, row]) => row.env)];
    expect(strangers(mentions(/\b(DOVETAIL_[A-Z_]+[A-Z]|[A-Z]+_URL)\b/gu), known)).toEqual([]);
  });

  test('npm scripts', () => {
    const scripts = Object.keys(packageJson.scripts);
    expect(strangers(mentions(/npm run (\w+)/gu), scripts)).toEqual([]);
  });

  test('maps', () => {
    const known = tables.map(({ name }) => name);
    expect(strangers(mentions(/(?:socketmap\.sock|\$\{dovetail\}):([a-z_]+)/gu), known)).toEqual([]);
    expect(strangers(mentions(/dovetail lookup ([a-z_]+)/gu), known)).toEqual([]);
  });

  test('service views', () => {
    const views = filesBelow('sql/views', '.sql').map((path) =>
      path.slice('sql/views/'.length, -'.sql'.length),
    );
    const named = mentions(/`(?:unified\.)?((?:dovecot|postfix|lookup|powerdns|apache)_[a-z_]+)`/gu);
    expect(strangers(named, views)).toEqual([]);
  });

  test('commands and their options', () => {
    expect(unknownCommands()).toEqual([]);
  });
});

describe('what exists is spoken of:', () => {
  test('every map, in docs/protocols/socketmap.md', () => {
    const { text } = read('docs/protocols/socketmap.md');
    expect(tables.map(({ name }) => name).filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([]);
  });

  test('every folder of src, in docs/architecture.md', () => {
    const { text } = read('docs/architecture.md');
    const folders = new Set(filesBelow('src', '.ts').flatMap((path) => /^src\/\w+\//u.exec(path) ?? []));
    expect([...folders].filter((folder) => !text.includes(`\`${folder}\``))).toEqual([]);
  });

  test('every document, in the README or beside it', () => {
    const linked = [
      ...mentions(/\]\((?!https?:)([^)#]+)/gu, [read('README.md'), read('docs/operations.md')]),
    ];
    const reached = linked.map(([link, [from = '']]) => normalize(join(dirname(from), link)));
    expect(
      documents.map(({ path }) => path).filter((path) => !reached.includes(path) && path !== 'README.md'),
    ).toEqual([]);
  });
});

describe('snippets in the README are those of the templates:', () => {
  const readme = read('README.md');

  test.each(['config-templates/postfix/main.cf.njk', 'config-templates/dovecot-2.3/dovecot.conf.njk'])(
    '%s',
    (path) => {
      const template = read(path)
        .text.replaceAll('{{ runDir }}', '/run/dovetail')
        .replaceAll('{{ checkpassword }}', '/opt/dovetail/clients/dovetail-checkpassword');
      const lines = codeLines(readme, `<!-- test: every line is in ${path} -->`);
      expect(lines.length).toBeGreaterThan(3);
      expect(lines.filter((line) => !template.split('\n').includes(line))).toEqual([]);
    },
  );
});

test('decisions are numbered without gaps', () => {
  const numbers = [...read('docs/decisions.md').text.matchAll(/^### (\d+)\. /gmu)].map(([, number]) =>
    Number(number),
  );
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});

function leads(from: string, file: string | undefined, anchor: string | undefined): boolean {
  const target = file ? normalize(join(dirname(from), file)) : from;
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).has(anchor);
}

/** `dovetail …` at the start of a line, in backticks or after a pipe, up to what ends the command. */
const CALL = /(?:^|[`|]\s*|&& |\$ |^[A-Z_]+=\S+ )(?:bin\/)?dovetail ((?:[a-z]|\d)[^`\n|&#]*)/gmu;

function unknownCommands(): string[] {
  const leaves = leavesOf(program());
  const families = new Set(leaves.map((leaf) => wordsOf(leaf).split(' ')[0]));
  const prose = documents.filter(({ path }) => path !== 'docs/commands.md');
  const problems: string[] = [];
  for (const [call, where] of mentions(CALL, prose)) {
    // Prose such as "dovetail answers questions" is no call.
    if (!families.has(call.split(/\s/u)[0])) continue;
    const leaf = leaves.find((candidate) => call.startsWith(wordsOf(candidate)));
    const options = [...call.matchAll(/(?<=\s)--[a-z-]+/gu)].map(([option]) => option);
    const known = ['--help', ...(leaf?.options ?? []).map((option) => option.long)];
    // `migrate up | down`, `domain`: a family may be named by itself.
    if (!leaf && /^\w+\s*$/u.test(call)) continue;
    if (!leaf) problems.push(`there is no dovetail ${call} (${where.join(', ')})`);
    for (const option of options.filter((name) => leaf && !known.includes(name))) {
      problems.push(`dovetail ${call} has no ${option} (${where.join(', ')})`);
    }
  }
  return problems;
}
