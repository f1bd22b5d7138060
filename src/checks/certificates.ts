import { check, count, fail, pass, see, undecided, type Verdict } from '../check.ts';
import { certificateKeys, certificateOf, lasting, tlsSecrets, vaultKeeper } from '../model/certificates.ts';
import { firstFound } from '../model/firstFound.ts';
import type { Certificate } from '../wire.ts';

/** Who renews the certificates that the cluster serves, and whether that works; what lies in a vault is renewed there. */
export const renewed = check({
  needs: certificateKeys,
  params: { warnDays: count(30) },
  subjects: tlsSecrets,
  none: 'No Secret with a certificate is in scope.',
  judge: (subject, { warnDays }, facts) => {
    const found = firstFound<Verdict>(
      () => {
        const certificate = certificateOf(subject, facts);
        return certificate && byCertManager(certificate, facts.at, warnDays);
      },
      () => {
        const keeper = vaultKeeper(subject, facts);
        return keeper && pass(`${keeper.name} brings it.`, see(keeper.resource, keeper.pointer), 'How long it lasts stands in the vault.');
      },
    );
    const { resource, pointer } = subject;
    return (
      found ??
      fail('Nothing renews it.', see(resource, pointer, 'a Certificate, or a SecretProviderClass that writes it'), { severity: 'low' })
    );
  },
});

function byCertManager(certificate: Certificate, at: Date, warnDays: number): Verdict {
  const found = lasting(certificate, at, warnDays);
  if (found === undefined) return undecided('The Certificate does not say whether it was issued.', see(certificate, '/status/conditions'));
  const { fault, pointer, expected } = found;
  const evidence = [see(certificate, pointer, expected), see(certificate, '/status/renewalTime')];
  return fault === undefined ? pass('cert-manager renews it in time.', evidence) : fail(fault, evidence);
}
