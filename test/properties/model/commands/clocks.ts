import fc from 'fast-check'
import { only, sort, type Step } from '../command.js'
import { resending, verifying } from './challenge.js'
import { renaming } from './factors.js'
import { issuing, redeeming, resetting } from './passes.js'
import { answering, asking, handful, hasFactor, proving, returning, story } from './story.js'
import { waiting } from './surroundings.js'

/** Somebody sets the clocks of all processes back. */
function settingBack(seconds: number): Step {
  return {
    says: `setBack(${seconds})`,
    async takes({ model: { world }, real }) {
      world.now -= seconds * 1000
      real.world.clock.set(world.now)
    },
  }
}

/** As many texts as a person is sent in an hour, and as their number is in ten minutes. */
const texting = story(
  'texts()',
  [...Array.from({ length: 5 }, () => asking({ kind: 'sms' })), waiting(600), asking({ kind: 'sms' })],
  hasFactor,
)

interface Detour {
  readonly seconds: number
  readonly before: Step
  readonly ahead: Step
}

/** Clocks are ahead while somebody does something, and then set right: what was begun before is proved, once more or late. */
function detour({ seconds, before, ahead }: Detour): Step {
  return story(
    `detour(${before.says}, ${seconds}, ${ahead.says})`,
    [
      before,
      waiting(seconds),
      ahead,
      settingBack(seconds),
      verifying({ index: 1, given: 'right', by: 0, bound: 'the same', trusting: false }),
      asking({ kind: 'sms' }),
      proving,
    ],
    hasFactor,
  )
}

/** What was closed while clocks were ahead is forgotten; what is begun after they were set right comes later in order. */
const astray = story(
  'astray()',
  [
    waiting(3600),
    proving,
    waiting(600),
    proving,
    settingBack(4200),
    proving,
    waiting(300),
    asking(),
    waiting(300),
    answering('right'),
  ],
  hasFactor,
)

interface Lasting {
  readonly what: Step
  readonly seconds: number
  /** What happens before it is looked at. */
  readonly then: readonly Step[]
  readonly given: 'right' | 'wrong'
}

/** Clocks are set back after something that only time ends, which is looked at then and later. */
function lasting({ what, seconds, then, given }: Lasting): Step {
  const looking = [asking({ kind: 'sms' }), resending({ index: 0, clientAddress: null }), answering(given)]
  return story(`lasting(${what.says}, ${seconds}, ${then.map(({ says }) => says).join()} ${given})`, [
    what,
    settingBack(seconds),
    ...then,
    ...looking,
    waiting(600),
    ...looking,
  ])
}

/** A second code is texted, and clocks are then set back to before it. */
function untexting(seconds: number): Step {
  const again = resending({ index: 0, clientAddress: null })
  return story(
    `untext(${seconds})`,
    [asking({ kind: 'sms' }), waiting(300), again, settingBack(seconds), again, answering('right')],
    hasFactor,
  )
}

/** Staff issue a pass, to somebody who lost every factor or not, before clocks are set back. */
function rescuing({ lost, seconds }: { readonly lost: boolean; readonly seconds: number }): Step {
  const presenting = redeeming({ index: 0, bound: 'the same', what: 'pass', whose: 'model', nth: 0, code: 0 })
  return story(`${lost ? 'reset and ' : ''}rescue(back ${seconds})`, [
    ...(lost ? [resetting] : []),
    issuing(900),
    settingBack(seconds),
    asking(),
    presenting,
  ])
}

const seconds = fc.constantFrom(1, 29, 30, 31, 60, 299, 600, 3600)
const detours = fc.record<Detour>({
  seconds: fc.constantFrom(60, 600, 3600),
  before: fc.constantFrom(asking(), proving, texting),
  ahead: fc.constantFrom(proving, handful, returning),
})
const lastings = fc.record<Lasting>({
  what: fc.constantFrom(handful, texting),
  seconds: fc.constantFrom(60, 600, 3600, 3600),
  given: fc.constantFrom('right', 'wrong'),
  then: fc.constantFrom([], [renaming({ of: 'sms', name: 'Phone' }), waiting(600)]),
})

export const clockCommands = [
  sort(2, seconds, settingBack),
  sort(2, detours, detour),
  only(1, astray),
  sort(2, lastings, lasting),
  sort(1, fc.constantFrom(1, 31, 60, 299), untexting),
  sort(1, fc.record({ lost: fc.boolean(), seconds }), rescuing),
]
