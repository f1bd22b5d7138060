/** Namespaces of AKS, of its add-ons and extensions, and of operators that platforms install: not users' workloads. */
export const systemNamespaces: ReadonlySet<string> = new Set([
  'acstor',
  'aks-command',
  'aks-istio-egress',
  'aks-istio-ingress',
  'aks-istio-system',
  'aks-periscope',
  'app-routing-system',
  'azappconfig-system',
  'azure-arc',
  'azure-extensions-usage-system',
  'azureml',
  'calico-system',
  'cert-manager',
  'dapr-system',
  'dataprotection-microsoft',
  'flux-system',
  'gatekeeper-system',
  'istio-system',
  'keda',
  'kube-node-lease',
  'kube-public',
  'kube-system',
  'kured',
  'mdc',
  'microsoft-defender',
  'ratify-system',
  'sc-system',
  'tigera-operator',
  'tigera-system',
  'velero',
]);

/** Those that AKS makes, for itself and what it manages; the others are of operators, who run what they like in them. */
const namespacesOfAks: ReadonlySet<string> = new Set([
  'acstor',
  'aks-command',
  'aks-istio-egress',
  'aks-istio-ingress',
  'aks-istio-system',
  'app-routing-system',
  'azappconfig-system',
  'azure-arc',
  'azure-extensions-usage-system',
  'calico-system',
  'dataprotection-microsoft',
  'gatekeeper-system',
  'kube-node-lease',
  'kube-public',
  'kube-system',
  'mdc',
  'microsoft-defender',
  'tigera-operator',
]);
export const isOfAks = (namespace: string | undefined): boolean => namespacesOfAks.has(namespace ?? 'default');

/** Whether an object of this namespace is judged. @param excluded names, in which `*` stands for any characters */
export function scope(excluded: readonly string[]): (namespace: string | undefined) => boolean {
  const left = excluded.map(glob);
  return (namespace = 'default') => !systemNamespaces.has(namespace) && !left.some((matches) => matches(namespace));
}

/** A matcher for a name in which `*` stands for any characters; nothing else is special. Linear in the name. */
export function glob(pattern: string): (name: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (name) => name === first;
  return (name) => {
    if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
    let position = first.length;
    for (const part of rest) {
      const found = name.indexOf(part, position);
      if (found < 0) return false;
      position = found + part.length;
    }
    return position <= name.length - last.length;
  };
}
