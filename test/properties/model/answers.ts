import type { VerifyChallengeInput } from '../../../src/interfaces/challenge.js'
import type { PasskeyRequestOptions } from '../../../src/interfaces/passkeys.js'
import type { SoftwarePasskeyLie } from '../../../src/testing/index.js'
import { wrongCode } from '../../support/outcome.js'
import { handed, type Held, type Real } from './real.js'
import type { Given, ModelApp, ModelEnrolment, ModelFactor, ModelToken } from './state.js'
import { STEP } from './time.js'
import type { Subject } from './texts.js'

type Answer = Pick<VerifyChallengeInput, 'code' | 'response'>

const MALFORMED: Answer = { code: '12 345' }
const NO_CODE: Answer = { response: { id: 'AAAA' } }
const ANOTHER_CHALLENGE = Buffer.alloc(32, 7).toString('base64url')

/** What somebody answers a challenge with, by the factor `by` of theirs. */
export function answerOf(real: Real, token: ModelToken, given: Given, by: ModelFactor | null): Answer {
  if (given === 'malformed' || by === null) return MALFORMED
  if (by.kind === 'passkey')
    return { response: signed(handed(real.factors, by), handed(real.options, token.challenge), given) }
  if (given === 'elsewhere' || given === 'copied') return NO_CODE
  return { code: by.kind === 'totp' ? appCode(real, by, given) : textCode(real, token.challenge, given) }
}

function appCode({ world: { clock }, factors }: Real, app: ModelApp, given: Given): string {
  const { app: held } = handed(factors, app)
  if (held === undefined) throw new RangeError('an app shows codes')
  const now = clock.now()
  if (given === 'early') return held.code(now + STEP)
  if (given === 'used' && app.lastStep >= 0) return held.code(app.lastStep * STEP)
  return given === 'right' ? held.code(now) : wrongCode(held.code(now))
}

function textCode({ texted }: Real, subject: Subject, given: Given): string {
  const arrived = texted.get(subject)?.code ?? '000000'
  return given === 'right' || given === 'early' ? arrived : wrongCode(arrived)
}

const LIES: Readonly<Partial<Record<Given, SoftwarePasskeyLie>>> = {
  elsewhere: { clientData: { origin: 'https://evil.example' } },
}

/** Signs, though the options may not name this passkey: no browser would, and others can ask too. */
function signed({ passkey }: Held, options: PasskeyRequestOptions, given: Given): unknown {
  if (passkey === undefined) throw new RangeError('a passkey answers')
  const { own, copy } = passkey
  const challenge = given === 'wrong' || given === 'used' ? ANOTHER_CHALLENGE : options.challenge
  const device = given === 'copied' ? copy : own
  return device.get({ ...options, challenge, allowCredentials: [{ id: device.id }] }, LIES[given])
}

/** What somebody proves an enrolment with. */
export function proofOfEnrolment(real: Real, enrolment: ModelEnrolment, given: Given): Answer {
  if (given === 'malformed') return MALFORMED
  const { app, passkey } = handed(real.enrolments, enrolment)
  if (passkey !== undefined) {
    const { device, options } = passkey
    const challenge = given === 'wrong' ? ANOTHER_CHALLENGE : options.challenge
    return { response: device.create({ ...options, challenge }, LIES[given]) }
  }
  if (given === 'elsewhere') return NO_CODE
  if (app === undefined) return { code: textCode(real, enrolment, given) }
  const code = app.code(real.world.clock)
  return { code: given === 'right' ? code : wrongCode(code) }
}
