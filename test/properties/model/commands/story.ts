import { take, type Both, type Step } from '../command.js'
import { beginning, verifying, type Begin, type Verify } from './challenge.js'

export const hasFactor = ({ model }: Both): boolean => model.factors.length > 0

/** Steps one after the other: without them, hardly any run would be long enough to get there. */
export function story(says: string, steps: readonly Step[], needs?: Step['needs']): Step {
  return {
    says,
    ...(needs && { needs }),
    async takes(scene) {
      for (const one of steps) if (one.needs === undefined || one.needs(scene)) await take(one, scene)
    },
  }
}

export function asking(begin: Partial<Begin> = {}): Step {
  const plain = {
    kind: null,
    nth: 0,
    purpose: 'sign-in',
    clientAddress: null,
    binding: null,
    summary: null,
    required: true,
    device: null,
  } as const
  return beginning({ ...plain, ...begin })
}

export function answering(given: Verify['given'], trusting = false): Step {
  return verifying({ index: 0, given, by: 0, bound: 'the same', trusting })
}

export const proving = story('prove()', [asking(), answering('right')], hasFactor)

export const handful = story(
  'handful()',
  [asking({ kind: 'totp' }), ...Array.from({ length: 5 }, () => answering('wrong'))],
  hasFactor,
)

/** Signs in, and once more on the same computer. */
export const returning = story(
  'return()',
  [asking(), answering('right', true), asking({ device: { whose: 'model', index: 0 } })],
  hasFactor,
)
