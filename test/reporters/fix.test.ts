import { expect, test } from 'vitest';
import { fixLines, shownSubject } from '../../src/reporters/fix.ts';
import type { Subject } from '../../src/result.ts';

const subject = (kind: string, name: string): Subject => ({ id: `x/k8s//${kind}/shop/${name}`, kind, name, namespace: 'shop' });
const [pod, run, web] = [subject('Pod', 'shell'), subject('CronJob', 'report'), subject('Deployment', 'web')];

test.each<[string, Subject[], Subject | undefined]>([
  ['one that can be changed in place', [pod, run, web], web],
  ['the first, where none can', [pod, run], pod],
  ['none, where there is none', [], undefined],
])('of several subjects the steps name %s', (_what, subjects, expected) => {
  expect(shownSubject(subjects)).toBe(expected);
});

const texts = (kubectl: string, of: Subject) => fixLines({ steps: [{ kubectl }] }, undefined, of).map(({ text }) => text);
const remade = 'Delete the pod and make it anew, best under a Deployment: most of a pod cannot be changed.';

test.each<[string, Subject, string]>([
  ['kubectl scale {kind} {name} -n {namespace} --replicas=2', web, 'kubectl scale deployment web -n shop --replicas=2'],
  ['kubectl scale {kind} {name} -n {namespace} --replicas=2', pod, remade],
  ['kubectl edit {kind} {name} -n {namespace}', pod, remade],
  ['kubectl delete {kind} {name} -n {namespace}', pod, 'kubectl delete pod shell -n shop'],
  ['kubectl set image {kind}/{name} a=b', pod, 'kubectl set image pod/shell a=b'],
])('%s of a %o', (command, of, expected) => {
  expect(texts(command, of)).toEqual([expected]);
});
