import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PasskeyVerifier } from '../../src/interfaces/passkeys.js'
import { fakePasskey, fakePasskeyVerifier } from '../support/fake-passkeys.js'
import { MARK, nameOf } from '../support/hostile.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import { begin, passkeyWorld } from '../support/people.js'
import { contents, makeWorld, type World } from '../support/world.js'

type Method = keyof PasskeyVerifier

/** Another process of the application, whose verifier does `behaviour` in place of one method. */
function withVerifier(world: World, method: Method, behaviour: () => unknown) {
  return world.process({ passkeys: { ...fakePasskeyVerifier(), [method]: behaviour } })
}

/** What a host's own verifier must never be able to open or store. */
const nonsense: readonly unknown[] = [undefined, null, true, 'verified', {}, [], { status: MARK }, { challenge: 7 }]

const credential = fakePasskey('key').create({ challenge: 'x' }).credential

const noAssertions: readonly unknown[] = [
  { status: 'verified' },
  { status: 'verified', counter: 1, backedUp: false },
  { status: 'verified', counter: -1, backedUp: false, userVerified: false },
  { status: 'verified', counter: 1.5, backedUp: false, userVerified: false },
  { status: 'verified', counter: Number.NaN, backedUp: false, userVerified: false },
  { status: 'verified', counter: '1', backedUp: false, userVerified: false },
  { status: 'verified', counter: 1, backedUp: 'no', userVerified: false },
  { status: 'verified', counter: 1, backedUp: false, userVerified: null },
]

const noAttestations: readonly unknown[] = [
  { status: 'verified', userVerified: true },
  { status: 'verified', userVerified: true, credential: null },
  { status: 'verified', credential },
  ...[
    { id: '' },
    { id: 'AA==' },
    { id: 7 },
    { publicKey: 'a b' },
    { publicKey: new Uint8Array(3) },
    { counter: -1 },
    { counter: undefined },
    { transports: undefined },
    { transports: ['usb', ''] },
    { synced: 1 },
    { backedUp: undefined },
  ].map((change) => ({ status: 'verified', userVerified: true, credential: { ...credential, ...change } })),
]

/** Ada's open challenge by passkey, and a new enrolment of another one, answered rightly. */
async function openWorld() {
  const { world, ada } = await passkeyWorld()
  const { token, passkey } = await begin(world, 'ada')
  const input = { userId: 'ada', accountName: 'ada', proof: ada.proof }
  const { enrolmentId, options } = must(await world.twoFactor.enrolment.beginPasskey(input), 'started')
  const response = ada.passkey.get(passkey)
  const attestation = fakePasskey('another').create(options)
  world.events.length = 0
  return { world, ada, token, response, enrolmentId, attestation }
}

describe('a passkey verifier that fails', () => {
  const failures: readonly [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error(MARK)
      },
    ],
    ['rejects', () => Promise.reject(new Error(MARK))],
    [
      'rejects with nothing',
      async () => {
        throw smuggle(undefined)
      },
    ],
    ...nonsense.map((answer): [string, () => unknown] => [`answers ${nameOf(answer)}`, async () => answer]),
  ]

  it.each(failures)('and %s opens nothing, changes nothing and tells nothing', async (_what, behaviour) => {
    const { world, token, response, enrolmentId, attestation } = await openWorld()
    const before = await contents(world.data)
    const { challenge } = withVerifier(world, 'verifyAssertion', behaviour)
    const { enrolment } = withVerifier(world, 'verifyAttestation', behaviour)
    for (const work of [
      challenge.verify({ token, response }),
      enrolment.confirm({ userId: 'ada', enrolmentId, response: attestation }),
    ]) {
      const error = await expectCode(work, 'ERR_PASSKEYS_FAILED')
      expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain(MARK)
    }
    expect(await contents(world.data)).toEqual(before)
    expect(world.events).toEqual([])
    must(await world.twoFactor.challenge.verify({ token, response }), 'approved')
  })

  it.each(failures)('and %s in place of options begins no challenge by passkey', async (_what, behaviour) => {
    const { world } = await openWorld()
    const before = await contents(world.data)
    const { challenge } = withVerifier(world, 'requestOptions', behaviour)
    await expectCode(challenge.begin({ userId: 'ada' }), 'ERR_PASSKEYS_FAILED')
    expect(await contents(world.data)).toEqual(before)
  })

  it.each(failures)('and %s in place of options leaves an enrolment that gates nothing', async (_what, behaviour) => {
    const world = makeWorld()
    const { enrolment } = withVerifier(world, 'creationOptions', behaviour)
    await expectCode(enrolment.beginPasskey({ userId: 'ada', accountName: 'ada' }), 'ERR_PASSKEYS_FAILED')
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
  })

  it('by calling something verified that it says too little of approves nothing', async () => {
    const { world, token, response } = await openWorld()
    const before = await contents(world.data)
    for (const answer of noAssertions) {
      const { challenge } = withVerifier(world, 'verifyAssertion', async () => answer)
      await expectCode(challenge.verify({ token, response }), 'ERR_PASSKEYS_FAILED')
    }
    expect(await contents(world.data)).toEqual(before)
  })

  it('by giving a credential that no record can keep enrols nothing, and the record stays readable', async () => {
    const { world, enrolmentId, attestation } = await openWorld()
    const before = await contents(world.data)
    for (const answer of noAttestations) {
      const { enrolment } = withVerifier(world, 'verifyAttestation', async () => answer)
      const work = enrolment.confirm({ userId: 'ada', enrolmentId, response: attestation })
      await expectCode(work, 'ERR_PASSKEYS_FAILED')
    }
    expect(await contents(world.data)).toEqual(before)
  })
})

describe('a passkey verifier that hangs', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is given up, and holds up nothing else of the user meanwhile', async () => {
    const { world, token, response } = await openWorld()
    const { challenge } = withVerifier(world, 'verifyAssertion', () => new Promise(() => undefined))
    const verified = expectCode(challenge.verify({ token, response }), 'ERR_PASSKEYS_FAILED')
    await vi.advanceTimersByTimeAsync(1000)
    must(await challenge.begin({ userId: 'ada' }), 'challenged')
    await vi.advanceTimersByTimeAsync(10_000)
    await verified
  })
})

describe('a passkey verifier', () => {
  it('is asked once for one response, however often the swap is lost', async () => {
    const { world, token, response } = await openWorld()
    let asked = 0
    const { verifyAssertion } = fakePasskeyVerifier()
    const counting: PasskeyVerifier = {
      ...fakePasskeyVerifier(),
      verifyAssertion: (request) => {
        asked += 1
        return verifyAssertion(request)
      },
    }
    world.store.reset()
    for (const call of [2, 4, 6]) world.store.loseSwapAt(call)
    const { challenge } = world.process({ passkeys: counting })
    must(await challenge.verify({ token, response }), 'approved')
    expect(asked).toBe(1)
    expect(world.store.calls.filter((verb) => verb === 'swap')).toHaveLength(4)
  })

  it('is not asked about a response that names no passkey of the user', async () => {
    const { world, token, response } = await openWorld()
    const { challenge } = withVerifier(world, 'verifyAssertion', () => {
      throw new Error('asked')
    })
    const nobody = { ...response, id: fakePasskey('nobody').id }
    expect(await challenge.verify({ token, response: smuggle(nobody) })).toMatchObject({ reason: 'wrong-response' })
  })
})
