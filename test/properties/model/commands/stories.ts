import fc from 'fast-check'
import { only, sort, type Step } from '../command.js'
import { begins, beginning, type Begin } from './challenge.js'
import { beginningEnrolment, confirming, enrolmentBegins, type BeginEnrolment } from './enrolments.js'
import { importing } from './factors.js'
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

/** A form that is submitted twice, after another phone was asked for where there is one. */
function submittingTwice(begin: Begin): Step {
  const step = beginning({ ...begin, kind: 'sms', nth: 0 })
  return story(`twice ${step.says}`, [beginning({ ...begin, kind: 'sms', nth: 1 }), step, step], step.needs)
}

/** What is imported once more burns the code that the app shows by then. */
function importingAgain(secret: number): Step {
  const step = importing(secret)
  const steps = [step, waiting(30), step, asking({ kind: 'totp' }), answering('right')]
  return story(`twice ${step.says}`, steps, step.needs)
}

/** Staff issue a pass, which is redeemed at once. */
function rescuing(lifetimeSeconds: number): Step {
  const presenting = redeeming({ index: 0, what: 'pass', whose: 'model', nth: 0, code: 0 })
  return story(`rescue(${lifetimeSeconds})`, [issuing(lifetimeSeconds), asking(), presenting])
}

function enrolling(begin: BeginEnrolment): Step {
  const step = beginningEnrolment(begin)
  const confirmed = confirming({ whose: 'model', index: 0, given: 'right' })
  return story(`whole ${step.says}`, [proving, step, confirmed], step.needs)
}

export const stories = [
  only(7, proving),
  only(5, handful),
  only(2, suspending),
  only(2, copying),
  only(3, returning),
  sort(3, begins, submittingTwice),
  sort(1, fc.nat({ max: 1 }), importingAgain),
  sort(2, fc.constantFrom(900, 3600), rescuing),
  sort(8, enrolmentBegins, enrolling),
]
