import type { Given, Model, ModelPasskey } from './state.js'

/** The answers that are given to this challenge, on this site. */
const GIVEN_HERE: readonly Given[] = ['right', 'early', 'copied']

/** The count that a passkey, or the copy of it, signs with its answer: one more each time, whatever comes of it. */
export function sign({ counted }: ModelPasskey, given: Given): number {
  return given === 'copied' ? ++counted.copy : ++counted.own
}

/** Whether an answer is right: given here, by a passkey that the person has now, with a count above the last one's. */
export function accepts(model: Model, passkey: ModelPasskey, given: Given, count: number): boolean {
  if (!GIVEN_HERE.includes(given) || !model.factors.includes(passkey) || count <= passkey.counter) return false
  passkey.counter = count
  return true
}
