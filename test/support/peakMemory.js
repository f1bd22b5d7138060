// Loaded before a program under test: writes its peak resident memory (kB) when it ends.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  if (process.env.AKS_AUDIT_PEAK) writeFileSync(process.env.AKS_AUDIT_PEAK, String(process.resourceUsage().maxRSS));
});
