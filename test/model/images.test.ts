import { assert, constantFrom, property, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { parseImage } from '../../src/model/images.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;

test.each([
  ['nginx', 'docker.io', 'library/nginx', 'latest', undefined],
  ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', undefined],
  ['shop/web', 'docker.io', 'shop/web', 'latest', undefined],
  ['docker.io/nginx', 'docker.io', 'library/nginx', 'latest', undefined],
  ['index.docker.io/nginx:1', 'docker.io', 'library/nginx', '1', undefined],
  ['docker.io/shop/web:1', 'docker.io', 'shop/web', '1', undefined],
  ['registry.example.com/web:v2', 'registry.example.com', 'web', 'v2', undefined],
  ['registry.example.com:5000/team/web', 'registry.example.com:5000', 'team/web', 'latest', undefined],
  ['registry:5000/web:1', 'registry:5000', 'web', '1', undefined],
  ['localhost/web', 'localhost', 'web', 'latest', undefined],
  ['Registry/web', 'registry', 'web', 'latest', undefined],
  ['SHOP.azurecr.io/web:1', 'shop.azurecr.io', 'web', '1', undefined],
  ['[fd00::1]:5000/web', '[fd00::1]:5000', 'web', 'latest', undefined],
  ['10.0.0.1:5000/web', '10.0.0.1:5000', 'web', 'latest', undefined],
  [`nginx@${sha256}`, 'docker.io', 'library/nginx', undefined, sha256],
  [`shop.azurecr.io/web:1.2@${sha256}`, 'shop.azurecr.io', 'web', '1.2', sha256],
  ['a/b__c/d--e.f:Tag_1.x-y', 'docker.io', 'a/b__c/d--e.f', 'Tag_1.x-y', undefined],
  // Not a port: without a slash what follows the colon is the tag.
  ['registry:5000', 'docker.io', 'library/registry', '5000', undefined],
])('%s', (reference, registry, repository, tag, digest) => {
  expect(parseImage(reference)).toEqual({ registry, repository, ...(tag && { tag }), ...(digest && { digest }) });
});

test.each(
  [
    ['', ' ', 'nginx ', ' nginx', 'nginx:', ':1', '/nginx', 'nginx/', 'a//b', '@', 'nginx@', `@${sha256}`],
    ['Nginx', 'shop/Web', 'nginx:1:2', 'nginx:-1', `nginx:${'a'.repeat(129)}`, 'a___b', '-a', 'a.', 'https://registry/web'],
    ['nginx@sha256:abc', `nginx@${sha256.toUpperCase()}`, `nginx@md5:${'a'.repeat(32)}`, `nginx@${sha256}@${sha256}`, sha256.slice(7)],
    [
      '-registry.example.com/web',
      'registry..com/web',
      'registry:port/web',
      `registry.example.com/${'a'.repeat(256)}`,
      '$(IMAGE)',
      '{{ image }}',
    ],
    [undefined, null, 1, {}, ['nginx']],
  ].flat(),
)('%j is refused', (reference) => {
  expect(parseImage(reference)).toBeUndefined();
});

test('what was parsed, written in full, parses to the same', () => {
  const word = string({ unit: constantFrom(...'abc09'), minLength: 1, maxLength: 5 });
  const registry = constantFrom('', 'docker.io/', 'localhost/', 'shop.azurecr.io/', 'registry:5000/');
  assert(
    property(registry, tuple(word, word), constantFrom('', ':1', ':latest'), constantFrom('', `@${sha256}`), (host, path, tag, digest) => {
      const image = parseImage(`${host}${path.join('/')}${tag}${digest}`);
      expect(image).toBeDefined();
      const full = `${image?.registry}/${image?.repository}${image?.tag ? `:${image.tag}` : ''}${image?.digest ? `@${image.digest}` : ''}`;
      expect(parseImage(full)).toEqual(image);
    }),
  );
});

test('long hostile references take no time', () => {
  expect(parseImage(`${'a-'.repeat(2000)}!`)).toBeUndefined();
  expect(parseImage('a'.repeat(1_000_000))).toBeUndefined();
});
