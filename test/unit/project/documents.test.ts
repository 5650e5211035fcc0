import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { settingRows } from '../../../src/config/settings-table.ts';
import { tables } from '../../../src/lookup/tables/index.ts';
import { leavesOf, program, wordsOf } from './commands-page.ts';
import {
  anchorsOf,
  codeLines,
  documents,
  filesBelow,
  mentions,
  read,
  root,
  strangers,
  typedText,
} from './documents.ts';

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
    const known = ['DOVETAIL_CONFIG', 'DOVETAIL_TEST_CACHE', ...settingRows.map(([, row]) => row.env)];
    expect(strangers(mentions(/\b(DOVETAIL_[A-Z_]+[A-Z]|[A-Z]+_URL)\b/gu), known)).toEqual([]);
  });

  test('events of the log', () => {
    const sources = filesBelow('src', '.ts').map((path) => read(path).text);
    const written = [...sources.join('\n').matchAll(/'([a-z]+\.[a-z_]+)'/gu)].flatMap(
      ([, name]) => name ?? [],
    );
    const operations = read('docs/operations.md');
    expect(
      strangers(
        mentions(/`((?:daemon|lookup|login|database|facts|listen|schema|net)\.[a-z_]+)`/gu, [operations]),
        written,
      ).filter((name) => !name.includes('.sock')),
    ).toEqual([]);
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

  test('every event of the log, in docs/operations.md', () => {
    const { text } = read('docs/operations.md');
    const sources = filesBelow('src', '.ts').map((path) => read(path).text);
    const written = [
      ...sources.join('\n').matchAll(/(?:\.|tell\(')(?:info|warn|error)(?:\(|', )'([a-z_-]+\.[a-z_-]+)'/gu),
    ];
    const events = new Set(written.flatMap(([, name]) => name ?? []));
    expect(events.size).toBeGreaterThan(50);
    // What stands on a command's own stderr is no event of the daemon.
    events.delete('cli.close');
    expect([...events].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test('every folder of src, in docs/architecture.md', () => {
    const { text } = read('docs/architecture.md');
    const folders = new Set(filesBelow('src', '.ts').flatMap((path) => /^src\/\w+\//u.exec(path) ?? []));
    expect([...folders].filter((folder) => !text.includes(`\`${folder}\``))).toEqual([]);
  });

  test('every document, in another one', () => {
    const linked = [...mentions(/\]\((?!https?:)([^)#]+)/gu)].flatMap(([link, where]) =>
      where.map((from) => normalize(join(dirname(from), link))),
    );
    const paths = documents.map(({ path }) => path).filter((path) => path !== 'README.md');
    expect(paths.filter((path) => !linked.includes(path))).toEqual([]);
  });
});

describe('snippets in the README are those of the templates:', () => {
  const readme = read('README.md');

  test.each(['config-templates/postfix/main.cf.njk', 'config-templates/dovecot-2.4/doors/lua.conf.njk'])(
    '%s',
    (path) => {
      const template = read(path)
        .text.replaceAll('{{ runDir }}', '/run/dovetail')
        .replaceAll('{{ dovecotFolder }}', '/etc/dovecot');
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

/** A call of the program: at the start of a line, after a prompt, a variable, a pipe or `&&`. */
const CALL = /(?:^|^\$ |\| |&& |^[A-Z_]+=\S+ )(?:bin\/)?dovetail ([a-z][^\n|&#]*)/gmu;

function unknownCommands(): string[] {
  const leaves = leavesOf(program());
  const families = new Set(leaves.map((leaf) => wordsOf(leaf).split(' ')[0]));
  const typed = documents.map((document) => ({ ...document, text: typedText(document) }));
  return [...mentions(CALL, typed)].flatMap(([call, where]) => {
    // A family may be named by itself: `dovetail explain`.
    if (families.has(call.trim())) return [];
    const leaf = leaves.find((candidate) => `${call} `.startsWith(`${wordsOf(candidate)} `));
    if (!leaf) return [`there is no dovetail ${call} (${where.join(', ')})`];
    const known = ['--help', ...leaf.options.map(({ long }) => long)];
    // What stands in quotes is a value.
    const options = [...call.replace(/'[^']*'/gu, '').matchAll(/(?<=\s)--[a-z-]+/gu)].map(
      ([option]) => option,
    );
    return options.filter((name) => !known.includes(name)).map((name) => `dovetail ${call} has no ${name}`);
  });
}
