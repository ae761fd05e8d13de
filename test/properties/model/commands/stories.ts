import fc from 'fast-check'
import { only, sort, type Step } from '../command.js'
import { begins, beginning, type Begin } from './challenge.js'
import { beginningEnrolment, confirming, enrolmentBegins, type BeginEnrolment } from './enrolments.js'
import { checking, importing } from './factors.js'
import { issuing, redeeming } from './passes.js'
import { answering, asking, handful, hasFactor, proving, returning, story } from './story.js'
import { waiting } from './surroundings.js'

const suspending = story('suspend()', [handful, waiting(60), handful], hasFactor)

/** Whoever has the copy of a passkey comes first; then its owner does. */
const copying = story(
  'copy()',
  [asking({ kind: 'passkey' }), answering('copied'), asking({ kind: 'passkey' }), answering('right')],
  ({ model }) => model.factors.some(({ kind }) => kind === 'passkey'),
)

/** A form that is submitted twice, or for something else in between, after another phone was asked for where there is one. */
function submittingTwice([begin, change]: readonly [Begin, Partial<Begin>]): Step {
  const phone = { ...begin, kind: 'sms' } as const
  const step = beginning({ ...phone, nth: 0 })
  const other = beginning({ ...phone, nth: 0, ...change })
  return story(`twice ${step.says}, ${other.says}`, [beginning({ ...phone, nth: 1 }), step, other, step], step.needs)
}

/** What is imported once more burns the code that the app shows by then. */
function importingAgain(secret: number): Step {
  const step = importing(secret)
  const steps = [step, waiting(30), step, asking({ kind: 'totp' }), answering('right')]
  return story(`twice ${step.says}`, steps, step.needs)
}

/** Staff issue a pass, which is redeemed at once. */
function rescuing(lifetimeSeconds: number): Step {
  const presenting = redeeming({ index: 0, bound: 'the same', what: 'pass', whose: 'model', nth: 0, code: 0 })
  return story(`rescue(${lifetimeSeconds})`, [issuing(lifetimeSeconds), asking(), presenting])
}

interface Pump {
  readonly begin: BeginEnrolment
  /** Of each text, whether its code comes back. */
  readonly answered: readonly boolean[]
  readonly hours: number
}

/** Somebody has codes texted of which hardly any come back, until their region gets no more; and tries again hours later. */
function pumping({ begin, answered, hours }: Pump): Step {
  const step = beginningEnrolment({ ...begin, kind: 'sms', inPlaceOf: null, clientAddress: null })
  const confirmed = confirming({ whose: 'model', index: 0, given: 'right', binding: null })
  const texts = answered.flatMap((comesBack) => (comesBack ? [step, confirmed] : [step]))
  return story(
    `pump(${answered.map(Number).join('')}, ${hours}) ${step.says}`,
    [proving, ...texts, waiting(hours * 3600), proving, step, step],
    step.needs,
  )
}

const pumps = fc.record<Pump>({
  begin: enrolmentBegins,
  answered: fc.array(fc.constantFrom(false, false, true), { minLength: 4, maxLength: 6 }),
  hours: fc.constantFrom(0, 1, 1, 2),
})

function enrolling(begin: BeginEnrolment): Step {
  const step = beginningEnrolment(begin)
  const confirmed = confirming({ whose: 'model', index: 0, given: 'right', binding: 'invoice 1' })
  const checked = checking({ whose: 'model', index: 0, bound: 'the same' })
  return story(`whole ${step.says}`, [proving, step, confirmed, checked], step.needs)
}

const changes = fc.constantFrom<Partial<Begin>>({}, {}, { binding: 'invoice 2' }, { summary: 'EUR 500 to Carl' })

/** Somebody enrols while staff import as many apps as there is room for, and then wants yet another factor. */
function crowding([begin, another]: readonly [BeginEnrolment, BeginEnrolment]): Step {
  const step = beginningEnrolment(begin)
  const further = beginningEnrolment(another)
  const apps = Array.from({ length: 9 }, (_, secret) => importing(secret))
  const confirmed = confirming({ whose: 'model', index: 0, given: 'right', binding: null })
  return story(`crowd ${step.says}, ${further.says}`, [proving, step, ...apps, further, confirmed])
}

export const stories = [
  only(7, proving),
  only(5, handful),
  only(2, suspending),
  only(2, copying),
  only(3, returning),
  sort(3, fc.tuple(begins, changes), submittingTwice),
  sort(1, fc.nat({ max: 1 }), importingAgain),
  sort(2, fc.constantFrom(900, 3600), rescuing),
  sort(8, enrolmentBegins, enrolling),
  sort(1, fc.tuple(enrolmentBegins, enrolmentBegins), crowding),
  sort(2, pumps, pumping),
]
