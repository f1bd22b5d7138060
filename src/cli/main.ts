import { end, main } from './program.ts';

await main();
await end();
