import { azure } from './reviewed/azure.ts';
import { linters } from './reviewed/linters.ts';
import { regolibrary } from './reviewed/regolibrary.ts';

/** Every disagreement with another tool that a person looked into. */
export const reviewed = [...azure, ...regolibrary, ...linters];
