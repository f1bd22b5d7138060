import { normalId, type Seen } from '../seen.ts';
import type { ArmResource, SecurityPricing } from '../wire.ts';

export const subscriptionOf = ({ id }: ArmResource): string => normalId(id).split('/').slice(0, 3).join('/');

export interface Plans {
  /** Of Defender for Containers, on or off; undefined where the subscription's plans do not hold it. */
  containers: SecurityPricing | undefined;
  own: Seen<SecurityPricing>;
}

/** The plans of Defender for Cloud in the subscription of a resource. */
export function plansOf(resource: ArmResource, pricings: Seen<SecurityPricing>): Plans {
  const own = pricings.filter((each) => subscriptionOf(each) === subscriptionOf(resource));
  return { containers: own.find(({ name }) => name.toLowerCase() === 'containers'), own };
}
export const isStandard = ({ properties }: SecurityPricing): boolean => properties.pricingTier?.toLowerCase() === 'standard';
