/** Says once, before everything is skipped, what would have it run. */
export function setup(): void {
  if (process.env.AKS_AUDIT_CORPUS) return;
  console.log('conformance: every test is skipped. AKS_AUDIT_CORPUS is not set; it names the folder of recorded data.');
}
