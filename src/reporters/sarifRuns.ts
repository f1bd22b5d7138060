import type { RunAutomationDetails } from 'sarif';
import { shortHash } from '../model/findingId.ts';
import { segment } from '../model/virtualPath.ts';
import type { ClusterReport, Report } from '../report.ts';
import type { RenderOptions } from './reporter.ts';
import { line } from './sarifText.ts';

/** GitHub and Azure DevOps refuse a file of more runs. */
const mostRuns = 20;

export interface RunPlan {
  automation: RunAutomationDetails;
  clusters: readonly ClusterReport[];
}

/**
 * One run per cluster, so that each is a category of its own. Where services refuse so many, clusters share runs by a
 * hash of their id, so that a cluster that comes or goes moves no other. A pipeline of Azure DevOps identifies one run.
 */
export function planRuns(report: Report, { sarifProfile, environment }: RenderOptions): RunPlan[] {
  const pipeline = sarifProfile === 'ado' ? pipelineOf(environment) : undefined;
  if (pipeline !== undefined) return [{ automation: pipeline, clusters: report.clusters }];
  if (sarifProfile === 'full' || report.clusters.length <= mostRuns) {
    return report.clusters.map((cluster) => ({
      automation: { id: `aks-audit/${segment(cluster.target.name)}-${shortHash(cluster.target.id)}/` },
      clusters: [cluster],
    }));
  }
  const shares = Array.from({ length: mostRuns }, (_, index): { automation: RunAutomationDetails; clusters: ClusterReport[] } => ({
    automation: { id: `aks-audit/clusters-${String(index + 1).padStart(2, '0')}/` },
    clusters: [],
  }));
  for (const cluster of report.clusters) shares[Number.parseInt(shortHash(cluster.target.id), 16) % mostRuns]?.clusters.push(cluster);
  return shares;
}

/** What Advanced Security for Azure DevOps knows a run by; undefined unless the environment holds all of it (its rules GHAzDO1019 and 1020). */
function pipelineOf(environment: RenderOptions['environment']): RunAutomationDetails | undefined {
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
  const organization = organizationOf(first('SYSTEM_COLLECTIONURI') ?? '');
  const project = first('SYSTEM_TEAMPROJECTID', 'SYSTEM_TEAMPROJECT');
  const definition = first('BUILD_DEFINITIONID', 'SYSTEM_DEFINITIONID');
  const definitionName = first('BUILD_DEFINITIONNAME') ?? definition;
  const phase = first('SYSTEM_PHASEID', 'SYSTEM_JOBID');
  const phaseName = first('SYSTEM_PHASENAME', 'SYSTEM_JOBNAME');
  const branch = first('BUILD_SOURCEBRANCH');
  const build = first('BUILD_BUILDID');
  const id = [organization, project, definition, phase, branch, build];
  if (id.includes(undefined) || definition === undefined || !/^[1-9]\d*$/.test(definition) || phase === undefined || !guid.test(phase))
    return undefined;
  return {
    id: line(`azuredevops/pipeline/build/${id.join('/')}`),
    properties: {
      'azuredevops/pipeline/build/buildDefinitionId': definition,
      'azuredevops/pipeline/build/buildDefinitionName': line(definitionName ?? definition),
      'azuredevops/pipeline/build/phaseId': phase,
      'azuredevops/pipeline/build/phaseName': line(phaseName ?? phase),
    },
  };
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `https://dev.azure.com/<organization>/` or `https://<organization>.visualstudio.com/`. */
function organizationOf(collection: string): string | undefined {
  return (/^https:\/\/dev\.azure\.com\/([^/]+)/i.exec(collection) ?? /^https:\/\/([^./]+)\.visualstudio\.com/i.exec(collection))?.[1];
}
