import { check, computed, count, fail, flag, ifSeen, pass, pointer, see, type Sight, texts, undecided, type Verdict } from '../check.ts';
import { glob } from '../model/namespaces.ts';
import { isPrivateAddress } from '../model/ranges.ts';
import {
  asksForInternal,
  countLoadBalancers,
  internalAnnotation,
  isLoadBalancer,
  isOfOtherClass,
  loadBalancerAddresses,
  publicAddresses,
} from '../model/services.ts';
import { all } from '../seen.ts';
import type { AgentPool, ManagedCluster, Node, Service } from '../wire.ts';

/** Instance-level public addresses of nodes; pools of mode Gateway are for static egress and have one by intent. */
export const noNodePublicIp = check({
  needs: ['cluster', 'agentPools', 'nodes'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (_cluster, _params, { agentPools, nodes }) => {
    const shown: Sight[] = [];
    const publicPool = (pool: AgentPool) => {
      if (pool.properties.mode?.toLowerCase() === 'gateway' || pool.properties.enableNodePublicIP !== true) return false;
      shown.push(see(pool, '/properties/enableNodePublicIP', 'false'));
      return true;
    };
    const publicNode = (node: Node) => {
      const address = node.status?.addresses?.find(
        (each) => each.type === 'ExternalIP' && each.address !== undefined && !isPrivateAddress(each.address),
      );
      if (address === undefined || isGateway(node)) return false;
      shown.push(computed(node, '/status/addresses', address.address, 'no public ExternalIP'));
      return true;
    };
    const hidden = all(
      () => agentPools.every((pool) => !publicPool(pool)),
      () => nodes.every((node) => !publicNode(node)),
    );
    if (!hidden) return fail('Nodes have public addresses of their own.', shown);
    return pass(
      'No pool and no node has a public address.',
      agentPools.items.map((pool) => see(pool, '/properties/enableNodePublicIP')),
    );
  },
});

const isGateway = (node: Node): boolean => node.metadata.labels?.['kubernetes.azure.com/mode']?.toLowerCase() === 'gateway';

/** Services of every namespace, the add-ons' in system namespaces too: that is where managed ingress controllers stand. */
export const internalLoadBalancers = check({
  needs: ['services', 'cluster'],
  params: { allowedPublicServices: texts(), forbidNodePorts: flag(false), maxLoadBalancerServices: count(3) },
  subjects: ({ services }, { forbidNodePorts }) =>
    services.filter(
      (service) => isLoadBalancer(service) || hasExternalIPs(service) || (forbidNodePorts && service.spec?.type === 'NodePort'),
    ),
  none: 'There is no LoadBalancer service, nor one with external IPs.',
  judge: (service, { allowedPublicServices, maxLoadBalancerServices }, facts) => {
    const name = `${service.metadata.namespace ?? 'default'}/${service.metadata.name}`;
    const total = countLoadBalancers(facts);
    const note =
      total > maxLoadBalancerServices ? `The cluster has ${total} LoadBalancer services, more than ${maxLoadBalancerServices}.` : undefined;
    if (allowedPublicServices.some((allowed) => glob(allowed)(name)))
      return pass('The configuration allows it to be public.', see(service, '/spec/type'), note);
    return exposureOf(
      service,
      ifSeen(() => facts.cluster),
      note,
    );
  },
});

const hasExternalIPs = ({ spec }: Service): boolean => (spec?.externalIPs ?? []).length > 0;

/** The address in the status is the final evidence; an annotation changed later may leave a public one in place. */
function exposureOf(service: Service, cluster: ManagedCluster | undefined, note: string | undefined): Verdict {
  const annotation = see(service, pointer('metadata', 'annotations', internalAnnotation), 'exactly "true"');
  const addresses = computed(service, '/status/loadBalancer/ingress', loadBalancerAddresses(service), 'private addresses');
  const more = (...parts: readonly (string | undefined)[]) => noted([...parts, note].filter((part) => part !== undefined).join(' '));
  if (hasExternalIPs(service)) return fail('It takes traffic for external IPs.', see(service, '/spec/externalIPs', 'none'), more());
  if (service.spec?.type === 'NodePort')
    return fail('It opens a port on every node.', [see(service, '/spec/type', 'no NodePort'), see(service, '/spec/ports')], more());
  const [address] = publicAddresses(service);
  if (address !== undefined) {
    const ranges = service.spec?.loadBalancerSourceRanges?.length ?? 0;
    const kept = asksForInternal(service) ? 'The annotation asks for an internal load balancer.' : undefined;
    return fail(
      `Its load balancer has the public address ${address}.`,
      [addresses, annotation, ...managedBy(service, cluster)],
      more(kept, ranges > 0 ? `Limited to ${ranges} source ranges.` : undefined),
    );
  }
  const isPrivate = loadBalancerAddresses(service).length > 0;
  if (isOfOtherClass(service)) {
    const byClass = [see(service, '/spec/loadBalancerClass'), addresses];
    return isPrivate
      ? pass('A load balancer of another class serves it, at a private address.', byClass, note)
      : undecided('A load balancer of another class serves it, which has no address yet.', byClass);
  }
  if (!asksForInternal(service))
    return fail(
      'It asks for a public load balancer.',
      [annotation, addresses, ...managedBy(service, cluster)],
      more(isPrivate ? 'Its present address is private.' : undefined),
    );
  return pass(
    isPrivate ? 'Its load balancer has a private address.' : 'It asks for an internal load balancer, which has no address yet.',
    [annotation, addresses],
    note,
  );
}

/** What the cluster says of the add-on whose service it is. */
function managedBy({ metadata }: Service, cluster: ManagedCluster | undefined): Sight[] {
  if (cluster === undefined) return [];
  if (metadata.namespace === 'app-routing-system')
    return [see(cluster, '/properties/ingressProfile/webAppRouting/nginx/defaultIngressControllerType', 'Internal')];
  return metadata.namespace === 'aks-istio-ingress'
    ? [see(cluster, '/properties/serviceMeshProfile/istio/components/ingressGateways', 'mode Internal')]
    : [];
}

const noted = (note: string) => (note === '' ? {} : { note });
