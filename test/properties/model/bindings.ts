import fc from 'fast-check'

/** What an application may bind a challenge or a proof to; a person never sees it. */
const BINDINGS = ['invoice 1', 'invoice 2'] as const

/** What the text of a step-up may say. */
const SUMMARIES = ['EUR 5 to Carl', 'EUR 500 to Carl'] as const

/** What something is presented for, beside what it was bound to. */
export type Bound = 'the same' | 'another' | 'nothing'

/** The binding that comes along. */
export function bindingFor(bound: Bound, own: string | null): string | null {
  if (bound === 'another') return BINDINGS.find((binding) => binding !== own) ?? null
  return bound === 'nothing' ? null : own
}

export const bound = fc.constantFrom<Bound>(
  ...Array.from({ length: 8 }, () => 'the same' as const),
  'another',
  'nothing',
)
export const binding = fc.option(fc.constantFrom(...BINDINGS), { freq: 2 })
export const summary = fc.option(fc.constantFrom(...SUMMARIES), { freq: 2 })

export function saysBound(bound: Bound): string {
  return bound === 'the same' ? '' : `, for ${bound}`
}
