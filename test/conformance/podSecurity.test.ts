import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { latestMinor, parsePolicyVersion, podSecurityViolations } from '../../src/model/podSecurity.ts';
import type { Level, PodToJudge } from '../../src/model/podSecurityControl.ts';

const corpus = process.env.AKS_AUDIT_CORPUS;
const root = join(corpus ?? '', 'pod-security');
const levels: readonly Level[] = ['baseline', 'restricted'];

/** What upstream's file names call its checks; a check that a stricter one takes the place of fails as that one. */
const named: Record<string, readonly string[]> = {
  allowprivilegeescalation: ['allowPrivilegeEscalation'],
  apparmorprofile: ['appArmorProfile'],
  capabilities_baseline: ['capabilities_baseline', 'capabilities_restricted'],
  capabilities_restricted: ['capabilities_restricted'],
  hostnamespaces: ['hostNamespaces'],
  hostpathvolumes: ['hostPathVolumes', 'restrictedVolumes'],
  hostports: ['hostPorts'],
  hostprobesandhostlifecycle: ['hostProbesAndHostLifecycle'],
  privileged: ['privileged'],
  procmount: ['procMount', 'procMount_restricted'],
  procmount_restricted: ['procMount_restricted'],
  restrictedvolumes: ['restrictedVolumes'],
  runasnonroot: ['runAsNonRoot'],
  runasuser: ['runAsUser'],
  seccompprofile_baseline: ['seccompProfile_baseline', 'seccompProfile_restricted'],
  seccompprofile_restricted: ['seccompProfile_restricted'],
  selinuxoptions: ['seLinuxOptions'],
  sysctls: ['sysctls'],
  windowshostprocess: ['windowsHostProcess'],
};
/** Controls that a fixture fails besides: a HostProcess pod must use the host's network, and one has no security context at all. */
const besides: Record<string, readonly string[]> = {
  windowshostprocess: ['hostNamespaces'],
  allowprivilegeescalation: ['capabilities_restricted'],
};

interface Fixture {
  name: string;
  file: string;
  level: Level;
  minor: number;
  prefix: string;
}

function fixtures(verdict: 'pass' | 'fail'): Fixture[] {
  return levels.flatMap((level) =>
    readdirSync(join(root, level)).flatMap((version) =>
      readdirSync(join(root, level, version, verdict)).map((file) => ({
        name: `${level} ${version} ${verdict} ${file}`,
        file: join(root, level, version, verdict, file),
        level,
        minor: parsePolicyVersion(version) ?? Number.NaN,
        prefix: file.replace(/\d*\.yaml$/, ''),
      })),
    ),
  );
}

// Upstream's own fixtures, as they are written.
const read = (file: string): PodToJudge => parse(readFileSync(file, 'utf8'));

describe.skipIf(corpus === undefined)(
  'Pod Security Standards, upstream fixtures (skipped unless AKS_AUDIT_CORPUS names the corpus folder)',
  () => {
    if (corpus === undefined || !existsSync(root)) {
      test('the corpus is there', () => expect.fail(`${root} does not exist`));
      return;
    }
    const versions = new Set(fixtures('fail').map(({ minor }) => minor));
    test('there are fixtures of the first and the newest policy version', () => {
      expect([0, latestMinor].filter((minor) => !versions.has(minor))).toEqual([]);
    });

    test.each(fixtures('pass'))('$name', ({ file, level, minor }) => {
      expect(podSecurityViolations(read(file), level, minor)).toEqual([]);
    });

    test.each(fixtures('fail'))('$name', ({ file, level, minor, prefix }) => {
      const failed = new Set(podSecurityViolations(read(file), level, minor).map(({ control }) => control));
      const expected = named[prefix] ?? [];
      expect(
        expected.filter((control) => failed.has(control)),
        `not failed by ${prefix}, but by: ${[...failed].join(', ')}`,
      ).toHaveLength(1);
      expect([...failed].filter((control) => !expected.includes(control) && !besides[prefix]?.includes(control))).toEqual([]);
    });
  },
);
