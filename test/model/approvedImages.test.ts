import { expect, test } from 'vitest';
import { strangeImages } from '../../src/model/approvedImages.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { Registry } from '../../src/wire.ts';

const registry: Registry = {
  id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/acr',
  name: 'acr',
  type: 'Microsoft.ContainerRegistry/registries',
  properties: { loginServer: 'Acr.azurecr.io' },
};
const missing = (scope: string): Gap => ({ key: 'registries', scope, why: 'not-collected' });
const strangers = (
  images: readonly string[],
  named: readonly string[] = [],
  platform: readonly string[] = ['mcr.microsoft.com'],
): string[] =>
  strangeImages(
    {
      source: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } },
      pointer: '/spec',
      metadata: {},
      spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) },
    },
    { named, platform, registries: seen([registry], [], missing) },
  ).map(({ what }) => what);

test.each<[string, string[], string[]]>([
  ['its own registry', strangers(['acr.azurecr.io/a:1']), []],
  ['its own registry by a digest', strangers([`acr.azurecr.io/a@sha256:${'0'.repeat(64)}`]), []],
  ['Microsoft', strangers(['mcr.microsoft.com/a:1']), []],
  ['a host that only begins so', strangers(['mcr.microsoft.com.example.org/a:1']), ['mcr.microsoft.com.example.org']],
  ['Docker Hub', strangers(['a', 'library/a:1', 'docker.io/a/b:1']), ['docker.io', 'docker.io', 'docker.io']],
  ['a folder that looks like a host', strangers(['acr/a:1']), ['docker.io']],
  ['localhost', strangers(['localhost/a:1']), ['localhost']],
  ['no reference', strangers(['A B']), ['no valid reference']],
  ['a pattern of hosts', strangers(['b.azurecr.io/a:1'], ['*.azurecr.io']), []],
  ['a path', strangers(['ghcr.io/shop/a:1', 'ghcr.io/shop:1', 'ghcr.io/shopper/a:1'], ['ghcr.io/shop']), ['ghcr.io']],
  ['its own registry where others are named', strangers(['acr.azurecr.io/a:1'], ['ghcr.io']), ['acr.azurecr.io']],
  ['one unread registry beside a stranger', strangers(['hub.azurecr.io/a:1', 'ghcr.io/a:1']), ['ghcr.io']],
])('%s', (_name, found, expected) => {
  expect(found).toEqual(expected);
});

test('a registry of Azure that was not read may be approved', () => {
  expect(() => strangers(['hub.azurecr.io/a:1'])).toThrow(NotSeen);
});
