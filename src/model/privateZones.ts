/** The zones of private endpoints by the endpoint's group (private endpoint DNS reference), in all clouds. */
const zones: Readonly<Record<string, RegExp>> = {
  registry: /^privatelink\.azurecr\.(io|cn|us)$/,
  vault: /^privatelink\.vaultcore\.(azure\.net|azure\.cn|usgovcloudapi\.net)$/,
  ...storageZones('blob', 'file', 'queue', 'table', 'dfs', 'web'),
  sqlserver: /^privatelink\.database\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net)$/,
  sql: /^privatelink\.documents\.azure\.(com|cn|us)$/,
  sqldedicated: /^privatelink\.sqlx\.cosmos\.azure\.com$/,
  mongodb: /^privatelink\.mongo\.cosmos\.azure\.(com|cn|us)$/,
  cassandra: /^privatelink\.cassandra\.cosmos\.azure\.(com|cn|us)$/,
  gremlin: /^privatelink\.gremlin\.cosmos\.azure\.(com|cn|us)$/,
  analytical: /^privatelink\.analytics\.cosmos\.azure\.com$/,
  postgresqlserver: /^privatelink\.postgres\.database\.(azure\.com|chinacloudapi\.cn|usgovcloudapi\.net)$/,
  mysqlserver: /^privatelink\.mysql\.database\.(azure\.com|chinacloudapi\.cn|usgovcloudapi\.net)$/,
  azuremonitor:
    /^privatelink\.((monitor|adx\.monitor|applicationinsights)\.azure\.(com|cn|us)|(oms|ods)\.opinsights\.azure\.(com|cn|us)|agentsvc\.azure-automation\.(net|cn|us)|blob\.core\.(windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))$/,
  prometheusmetrics: /^privatelink\.[a-z0-9]+\.prometheus\.monitor\.azure\.(com|cn|us)$/,
};

function storageZones(...services: readonly string[]): Record<string, RegExp> {
  const patterns = services.map((service) => {
    const pattern = new RegExp(`^privatelink\\.${service}\\.core\\.(windows\\.net|chinacloudapi\\.cn|usgovcloudapi\\.net)$`);
    return [service, pattern] as const;
  });
  return Object.fromEntries(
    patterns.flatMap(([service, pattern]) => [
      [service, pattern],
      [`${service}_secondary`, pattern],
    ]),
  );
}

/** Whether a zone of this name answers for endpoints of this group; undefined for a group that is not known. Cosmos DB's tables have storage's group. */
export function isZoneOf(name: string, group: string): boolean | undefined {
  const zone = name.toLowerCase();
  if (group.toLowerCase() === 'table' && /^privatelink\.table\.cosmos\.azure\.(com|cn|us)$/.test(zone)) return true;
  return isKnownGroup(group) ? zones[group.toLowerCase()]?.test(zone) : undefined;
}

/** Whether it is known which zones endpoints of a group have. */
export const isKnownGroup = (group: string): boolean => Object.hasOwn(zones, group.toLowerCase());

/** Whether a zone of this name is of any service that rules look at. */
export const isServiceZone = (name: string): boolean => Object.keys(zones).some((group) => isZoneOf(name, group) === true);
