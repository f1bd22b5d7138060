import { describe, expect, test } from 'vitest';
import { canBootSecurely, canCloseSsh, canLaunchTrusted } from '../../src/model/nodeHardening.ts';
import type { AgentPool } from '../../src/wire.ts';

const pool = (properties: AgentPool['properties']): AgentPool => ({ id: '/p', name: 'p', type: 'x/agentPools', properties });
const gen2 = { nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.10.0' };

describe('Trusted Launch', () => {
  test.each<[string, AgentPool['properties'], boolean | undefined]>([
    ['generation 2', gen2, true],
    ['with its own image', { nodeImageVersion: 'AKSAzureLinux-V3gen2TL-202611.10.0' }, true],
    ['generation 1', { nodeImageVersion: 'AKSUbuntu-2204containerd-202611.10.0' }, false],
    ['no image', { vmSize: 'Standard_D4ds_v5' }, undefined],
    ['no image, but Windows', { osType: 'Windows' }, false],
    ['no image, but Arm64', { vmSize: 'Standard_D4pds_v6' }, false],
    ['Arm64 by its image', { nodeImageVersion: 'AKSUbuntu-2204gen2arm64containerd-202611.10.0' }, false],
    ['a size whose family begins with P', { ...gen2, vmSize: 'Standard_PB6s' }, true],
    ['a size with constrained cores', { ...gen2, vmSize: 'Standard_E8-4ds_v5' }, true],
    ['confidential', { ...gen2, vmSize: 'Standard_EC8ads_v5' }, false],
    ['DCsv3 has enclaves, and is not confidential as a whole', { ...gen2, vmSize: 'Standard_DC4s_v3' }, true],
    ['FIPS', { ...gen2, enableFIPS: true }, false],
    ['sandboxed pods', { ...gen2, workloadRuntime: 'KataMshvVmIsolation' }, false],
    ['availability set', { ...gen2, type: 'AvailabilitySet' }, false],
  ])('%s', (_name, properties, can) => expect(canLaunchTrusted(pool(properties))).toBe(can));
});

test.each<[string, AgentPool['properties'], boolean]>([
  ['Linux scale set', { type: 'VirtualMachineScaleSets', osType: 'Linux' }, true],
  ['type not set', {}, true],
  ['Windows', { osType: 'windows' }, false],
  ['single machines', { type: 'VirtualMachines' }, false],
])('SSH of %s can be closed: %j', (_name, properties, can) => expect(canCloseSsh(pool(properties))).toBe(can));

test.each<[string, AgentPool['properties'], boolean]>([
  ['no GPU', { vmSize: 'Standard_D4ds_v5' }, true],
  ['GPU with the driver of AKS', { vmSize: 'Standard_NC24ads_A100_v4' }, false],
  ['GPU without it', { vmSize: 'Standard_NC24ads_A100_v4', gpuProfile: { driver: 'none' } }, true],
])('Secure Boot, %s', (_name, properties, can) => expect(canBootSecurely(pool(properties))).toBe(can));
