import { describe, expect, test } from 'vitest';
import { parseHosts } from '../../../src/database/hosts.ts';

const cases: Record<string, { url: string; urls: string[]; wish?: string }> = {
  'one host stays as it is': {
    url: 'postgresql://u:p%40ss@db.example:5433/mail?sslmode=verify-full',
    urls: ['postgresql://u:p%40ss@db.example:5433/mail?sslmode=verify-full'],
  },
  'several hosts, each with its port': {
    url: 'postgres://u@a:1,b,[::1]:3/mail?target_session_attrs=read-write&application_name=x',
    urls: [
      'postgres://u@a:1/mail?application_name=x',
      'postgres://u@b/mail?application_name=x',
      'postgres://u@[::1]:3/mail?application_name=x',
    ],
    wish: 'read-write',
  },
  'lists in the parameters': {
    url: 'postgresql:///mail?host=a,b&port=5432,5433&target_session_attrs=primary',
    urls: ['postgresql://a:5432/mail', 'postgresql://b:5433/mail'],
    wish: 'primary',
  },
  'one port for a list of hosts': {
    url: 'postgresql://u@/mail?host=a,b&port=6432',
    urls: ['postgresql://u@a:6432/mail', 'postgresql://u@b:6432/mail'],
  },
  'one socket folder': {
    url: 'postgresql://u@localhost/mail?host=%2Frun%2Fpostgresql',
    urls: ['postgresql://u@localhost/mail?host=%2Frun%2Fpostgresql'],
  },
  'socket folders in a list': {
    url: 'postgresql://u@/mail?host=/run/a,/run/b&port=1,2',
    urls: [
      'postgresql://u@localhost/mail?host=%2Frun%2Fa&port=1',
      'postgresql://u@localhost/mail?host=%2Frun%2Fb&port=2',
    ],
  },
};

describe('a database URL', () => {
  test.for(Object.entries(cases))('%s', ([, { url, urls, wish = urls.length > 1 ? 'primary' : 'any' }]) => {
    expect(parseHosts(url)).toEqual({ urls, wish });
  });

  test('that is none is refused without repeating it', () => {
    expect(() => parseHosts('mysql://u:secret@host/db')).toThrow(/^(?!.*secret).*postgresql:\/\//su);
  });

  test('says how to write a password that no URL can have', () => {
    expect(() => parseHosts('postgresql://u:se/cret@host/db')).toThrow(/^(?!.*cret).*%2F/su);
  });

  test('with an unknown target_session_attrs is refused', () => {
    expect(() => parseHosts('postgresql://a/b?target_session_attrs=master')).toThrow('read-write');
  });
});
