import { readEnvironment } from '@scalequest/core';
import { expect, test } from 'vitest';
import { chooseModel, slugify } from './choose-model.ts';

const nothing = readEnvironment({});

test('a key alone names no model', () => {
  expect(
    chooseModel({}, readEnvironment({ OPENAI_API_KEY: 'sk-1234', OPENAI_BASE_URL: 'http://a/v1' }), {}),
  ).toBeUndefined();
});

test('flags win over the environment, and the environment over the file', () => {
  const environment = readEnvironment({ SCALEQUEST_MODEL: 'env', SCALEQUEST_BASE_URL: 'http://env/v1' });
  const file = { model: 'file', baseUrls: ['http://file/v1'] };
  expect(chooseModel({ model: 'flag', baseUrl: ['http://flag/v1'] }, environment, file)).toEqual({
    kind: 'server',
    name: 'flag',
    baseUrls: ['http://flag/v1'],
  });
  expect(chooseModel({}, environment, file)).toEqual({
    kind: 'server',
    name: 'env',
    baseUrls: ['http://env/v1'],
  });
  expect(chooseModel({}, nothing, file)).toEqual({
    kind: 'server',
    name: 'file',
    baseUrls: ['http://file/v1'],
  });
});

test('a file of endpoints takes the place of base URLs, and stands where they would', () => {
  const environment = readEnvironment({ SCALEQUEST_BASE_URL: 'http://env/v1' });
  const file = { model: 'm', endpoints: 'file.txt' };
  const server = { kind: 'server', name: 'm', baseUrls: [] };
  expect(chooseModel({ endpoints: 'flag.txt' }, environment, file)).toEqual({ ...server, endpointsFile: 'flag.txt' });
  expect(chooseModel({}, environment, file)).toEqual({ ...server, baseUrls: ['http://env/v1'] });
  expect(chooseModel({}, nothing, file)).toEqual({ ...server, endpointsFile: 'file.txt' });
  expect(chooseModel({ baseUrl: ['http://flag/v1'] }, nothing, file)).toEqual({
    ...server,
    baseUrls: ['http://flag/v1'],
  });
});

test.each([
  ['beside base URLs', { model: 'm', endpoints: 'a.txt', baseUrl: ['http://a/v1'] }, 'BAD_OPTION'],
  ['for a model in this process', { model: 'gguf:a.gguf', endpoints: 'a.txt' }, 'BAD_OPTION'],
  ['without a model', { endpoints: 'a.txt' }, 'NO_MODEL'],
])('a file of endpoints is refused %s', (_, options, code) => {
  expect(() => chooseModel(options, nothing, {})).toThrow(expect.objectContaining({ code, kind: 'request' }));
});

test('a name that begins with gguf: is a file, and servers of the environment have no part in it', () => {
  const environment = readEnvironment({ SCALEQUEST_MODEL: 'gguf:models/a.gguf', SCALEQUEST_BASE_URL: 'http://env/v1' });
  expect(chooseModel({}, environment, {})).toEqual({ kind: 'file', path: 'models/a.gguf' });
});

test('a name that cannot be a folder gets one of its own', () => {
  expect(slugify('qwen2-math-7b')).toBe('qwen2-math-7b');
  expect(slugify('Qwen/Qwen2-Math')).toMatch(/^qwen-qwen2-math-[0-9a-f]{6}$/);
  expect(slugify('../../etc')).toMatch(/^etc-[0-9a-f]{6}$/);
  expect(slugify('Qwen/Qwen2-Math')).not.toBe(slugify('qwen-qwen2-math'));
});

test.each(['模型', '42', '', '///', 'con', 'NUL', 'aux.gguf', 'com1', 'a'.repeat(61)])(
  "a name of which no folder's can be made gets a hash: '%s'",
  (name) => {
    expect(slugify(name)).toMatch(/^model-[0-9a-f]{6}$/);
  },
);

test('a name that only begins like a device stays', () => {
  expect(slugify('console-7b')).toBe('console-7b');
  expect(slugify('a'.repeat(60))).toBe('a'.repeat(60));
});
