import { check, fail, flag, notApplicable, pass, pointer, see } from '../check.ts';
import type { CustomObject } from '../wire.ts';

const addon = 'azure-policy-addon';
const marks = [
  ['labels', 'managed-by'],
  ['annotations', 'constraint-template-installed-by'],
] as const;
/** What the add-on of Azure Policy puts on the templates that it installs. */
const markOf = ({ metadata }: CustomObject) => marks.find(([member, name]) => metadata[member]?.[name] === addon);

/** Templates of Gatekeeper that Azure Policy did not bring; their constraints are of kinds of their own, and are not read. */
export const templates = check({
  needs: ['constraintTemplates'],
  params: { allowDirect: flag(false) },
  subjects: ({ constraintTemplates }, { allowDirect }) =>
    allowDirect ? notApplicable("The configuration allows templates of one's own.") : constraintTemplates,
  none: 'Gatekeeper has no ConstraintTemplate.',
  judge: (template) => {
    const mark = markOf(template);
    if (mark !== undefined) return pass('Azure Policy delivers it.', see(template, pointer('metadata', ...mark)));
    return fail(
      'Azure Policy does not deliver it.',
      marks.map((each) => see(template, pointer('metadata', ...each), addon)),
    );
  },
});
