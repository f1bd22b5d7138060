import { expect, test } from 'vitest';
import { mayCarryMetrics } from '../../src/model/metricsCollection.ts';

const rules = '/subscriptions/x/resourceGroups/y/providers/Microsoft.Insights/dataCollectionRules';

test.each([
  ['ContainerInsightsMetricsExtension', `${rules}/MSProm-westeurope-base`, true],
  ['ContainerInsightsMetricsExtension-westeurope-base', `${rules}/MSProm-westeurope-base/`, true],
  ['ours', `${rules}/metrics`, true],
  ['ContainerInsightsExtension', `${rules}/ours`, false],
  ['containerinsightsextension', `${rules}/ours`, false],
  ['ContainerLogV2Extension-shop', `${rules}/ours`, false],
  ['ours', `${rules}/msci-westeurope-base`, false],
  ['configurationAccessEndpoint', undefined, false],
])('association %s with rule %s may carry metrics: %s', (name, dataCollectionRuleId, expected) => {
  const properties = dataCollectionRuleId === undefined ? {} : { dataCollectionRuleId };
  expect(mayCarryMetrics({ id: `/x/${name}`, name, type: 'Microsoft.Insights/dataCollectionRuleAssociations', properties })).toBe(expected);
});
