import { afterEach, describe, expect, it, vi } from 'vitest'
import { passkeyChallenge } from '../../src/crypto/claims.js'
import { slowHashRecoveryCode } from '../../src/crypto/recovery-code.js'
import { TwoFactorError } from '../../src/errors.js'
import type { PasskeyVerifier } from '../../src/interfaces/passkeys.js'
import { createNeeds } from '../../src/shell/needs.js'
import { createRecordGroups } from '../../src/shell/record-groups.js'
import { NOBODY } from '../../src/shell/shell.js'
import type { Need } from '../../src/user/decision.js'
import { expectCode } from '../support/outcome.js'
import { shellOptions } from './shell-options.js'

const credential = { id: 'id', publicKey: 'key', counter: 0, transports: [], synced: true, backedUp: false }
const assertion: Need = { need: 'assertion', ask: { challengeId: 'challenge', credential } }
const attestation: Need = { need: 'attestation', ask: { enrolmentId: 'enrolment' } }
const asking = { ...NOBODY, response: { id: 'id', signature: 'by the browser' } }

/** A verifier that answers so, and keeps what it was asked. */
function answering(answer: unknown) {
  const asked: unknown[] = []
  const verify = (request: unknown): Promise<never> => (asked.push(request), Promise.resolve(answer as never))
  const verifier: PasskeyVerifier = {
    creationOptions: verify,
    verifyAttestation: verify,
    requestOptions: verify,
    verifyAssertion: verify,
  }
  return { verifier, asked }
}

function setUp(passkeys?: PasskeyVerifier) {
  const { options } = shellOptions({ passkeys })
  return { options, needs: createNeeds(options, createRecordGroups(options)) }
}

afterEach(() => {
  vi.useRealTimers()
})

const ODD = 'passkeys must answer as PasskeyVerifier says'

describe('fetching what a decision needs', () => {
  it("asks the verifier about a passkey's response to the challenge", async () => {
    const answer = { status: 'verified', counter: 1, backedUp: true, userVerified: true }
    const { verifier, asked } = answering(answer)
    const { options, needs } = setUp(verifier)
    expect(await needs.fetch(assertion, 'ada', asking)).toEqual({ ...assertion, answer })
    const challenge = passkeyChallenge(options.ring, 'ada', 'challenge')
    expect(asked).toEqual([{ challenge, response: asking.response, credential }])
  })

  it("asks the verifier about a new passkey's answer to the enrolment", async () => {
    const answer = { status: 'verified', credential, userVerified: false }
    const { verifier, asked } = answering(answer)
    const { options, needs } = setUp(verifier)
    expect(await needs.fetch(attestation, 'ada', asking)).toEqual({ ...attestation, answer })
    const challenge = passkeyChallenge(options.ring, 'ada', 'enrolment')
    expect(asked).toEqual([{ challenge, response: asking.response }])
  })

  it('accepts nothing where no verifier is configured', async () => {
    const { needs } = setUp()
    for (const need of [assertion, attestation])
      expect(await needs.fetch(need, 'ada', asking)).toEqual({ ...need, answer: { status: 'rejected' } })
  })

  it('hashes a code slowly', async () => {
    const need: Need = { need: 'slow-hash', ask: { code: '0000000000000000', salt: 'c2FsdA' } }
    const answer = await slowHashRecoveryCode('0000000000000000', 'c2FsdA')
    expect(await setUp().needs.fetch(need, 'ada', NOBODY)).toEqual({ ...need, answer })
  })

  it('asks whether a text may go out', async () => {
    const ask = { to: '+14155550123', country: 'US', channel: 'sms', purpose: 'sign-in', summary: null } as const
    expect(await setUp().needs.fetch({ need: 'permit', ask }, 'ada', NOBODY)).toMatchObject({
      need: 'permit',
      ask,
      answer: { verdict: 'granted' },
    })
  })
})

describe('a verifier that fails', () => {
  const fetchFrom = (verifyAssertion: () => unknown) =>
    setUp({
      ...answering(null).verifier,
      verifyAssertion: verifyAssertion as PasskeyVerifier['verifyAssertion'],
    }).needs.fetch(assertion, 'ada', asking)

  it.each<[string, () => unknown, message?: string]>([
    ['rejects', () => Promise.reject(new Error('hunter2'))],
    [
      'throws',
      () => {
        throw new Error('hunter2')
      },
    ],
    ['gives nothing', () => undefined, ODD],
    ['gives null', () => Promise.resolve(null), ODD],
    ['gives a word', () => Promise.resolve('verified'), ODD],
  ])('opens nothing, and repeats nothing: it %s', async (_what, call, message = 'passkeys failed') => {
    const error = await expectCode(fetchFrom(call), 'ERR_PASSKEYS_FAILED')
    expect(error.message).toBe(message)
    expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain('hunter2')
  })

  it('says of what failed what may be known', async () => {
    const error = await expectCode(
      fetchFrom(() => Promise.reject(new TypeError('hunter2'))),
      'ERR_PASSKEYS_FAILED',
    )
    expect(error.cause).toMatchObject({ message: 'TypeError' })
  })

  it('has an error of this library passed on', async () => {
    const own = new TwoFactorError('ERR_PASSKEYS_INVALID', 'not installed')
    await expect(fetchFrom(() => Promise.reject(own))).rejects.toBe(own)
  })

  it('has ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const late = expectCode(
      fetchFrom(() => new Promise(() => undefined)),
      'ERR_PASSKEYS_FAILED',
    )
    await vi.advanceTimersByTimeAsync(10_000)
    expect((await late).message).toBe('passkeys did not answer in time')
  })
})

describe('a verifier that answers otherwise than it should', () => {
  const verified = { status: 'verified', counter: 1, backedUp: true, userVerified: true }
  const attested = { status: 'verified', credential, userVerified: true }

  it.each<[Need, object]>([
    [assertion, {}],
    [assertion, { ...verified, status: 'ok' }],
    [assertion, { ...verified, status: true }],
    [assertion, { ...verified, counter: -1 }],
    [assertion, { ...verified, counter: '1' }],
    [assertion, { ...verified, counter: Number.NaN }],
    [assertion, { ...verified, backedUp: undefined }],
    [assertion, { ...verified, userVerified: 1 }],
    [attestation, {}],
    [attestation, { ...attested, status: undefined }],
    [attestation, { ...attested, userVerified: null }],
    [attestation, { ...attested, credential: null }],
    ...[
      { id: '' },
      { id: 'a b' },
      { publicKey: 5 },
      { counter: 1.5 },
      { transports: null },
      { transports: [''] },
      { synced: 'yes' },
      { backedUp: undefined },
    ].map((change): [Need, object] => [attestation, { ...attested, credential: { ...credential, ...change } }]),
  ])('has failed: %o, %o', async (need, answer) => {
    await expectCode(setUp(answering(answer).verifier).needs.fetch(need, 'ada', asking), 'ERR_PASSKEYS_FAILED')
  })
})
