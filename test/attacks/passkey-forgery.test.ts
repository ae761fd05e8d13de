import { expect } from 'vitest'
import { must } from '../support/outcome.js'
import { begin } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'
import { passkeys } from 'countersign/passkeys'
import { createSoftwarePasskey, seededRandom, type SoftwarePasskey, type SoftwarePasskeyLie } from 'countersign/testing'
import { attacks, type Attack, type Weakness } from './attack.js'

const ORIGIN = 'https://acme.example'

/** A passkey with an id and a key of its own. */
const device = (seed: string): SoftwarePasskey => createSoftwarePasskey({ random: seededRandom(seed) })

/** An application with real checks, in which each of these people has a passkey. */
async function makePeople(userVerification: 'preferred' | 'required', ...people: readonly string[]) {
  const world = makeWorld({ passkeys: passkeys({ rpId: 'acme.example', origins: [ORIGIN], userVerification }) })
  const { enrolment } = world.twoFactor
  const devices = new Map<string, SoftwarePasskey>()
  for (const userId of people) {
    const { enrolmentId, options } = must(await enrolment.beginPasskey({ userId, accountName: userId }), 'started')
    const passkey = device(userId)
    const response = passkey.create(options, { userVerified: true })
    must(await enrolment.confirm({ userId, enrolmentId, response }), 'confirmed')
    devices.set(userId, passkey)
  }
  return { world, passkey: devices.get('ada')!, devices }
}

/** What an answer is made to say. */
const lies: Readonly<Record<string, readonly [Weakness, SoftwarePasskeyLie]>> = {
  'from a page that looks alike': ['CWE-346', { clientData: { origin: 'https://acme.example.evil.example' } }],
  'from a subdomain that somebody took over': ['CWE-346', { clientData: { origin: 'https://old.acme.example' } }],
  'from another port': ['CWE-346', { clientData: { origin: `${ORIGIN}:8443` } }],
  'from a page without HTTPS': ['CWE-346', { clientData: { origin: 'http://acme.example' } }],
  'from a list of origins': ['CWE-843', { clientData: { origin: [ORIGIN] } }],
  'from inside the frame of another page': ['CWE-1021', { clientData: { crossOrigin: true } }],
  'for another relying party': ['WebAuthn, section 7.2', { rpId: 'evil.example' }],
  'that makes a passkey instead': ['WebAuthn, section 7.2', { clientData: { type: 'webauthn.create' } }],
  'for a challenge of their own': [
    'CWE-294',
    { clientData: { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' } },
  ],
  'that nobody touched anything for': ['WebAuthn, section 7.2', { userPresent: false }],
  'whose counter went back, as that of a copy does': ['WebAuthn, section 7.2', { counter: 0 }],
  'of a passkey that has become one that is synced': ['WebAuthn, section 7.2', { synced: true }],
  'with data cut off': ['CWE-20', { authenticatorData: (bytes) => bytes.subarray(0, 36) }],
}

/** Signatures that are none, as DER writes them: of zeros, of ones, of nothing. */
const signatures: Readonly<Record<string, readonly [Weakness, string]>> = {
  'of two zeros': ['CVE-2022-21449', '3006020100020100'],
  'of two ones': ['CWE-347', '3006020101020101'],
  'of nothing': ['CWE-347', ''],
  'that is no DER': ['CWE-347', 'ffffffff'],
}

const rejected = { status: 'rejected', reason: 'wrong-response' }

attacks(
  'signing in with the answer of a passkey',
  Object.fromEntries(
    Object.entries(lies).map(([name, [weakness, lie]]): [string, Attack] => [
      name,
      [
        weakness,
        async () => {
          const { world, passkey } = await makePeople('preferred', 'ada')
          const { token, passkey: options } = await begin(world, 'ada')
          const before = await contents(world.data)
          expect(await world.twoFactor.challenge.verify({ token, response: passkey.get(options!, lie) })).toMatchObject(
            rejected,
          )
          expect(await contents(world.data)).toEqual(before)
          expect(await world.twoFactor.challenge.verify({ token, response: passkey.get(options!) })).toMatchObject({
            status: 'approved',
          })
        },
      ],
    ]),
  ),
)

attacks(
  'signing in with a signature',
  Object.fromEntries(
    Object.entries(signatures).map(([name, [weakness, hex]]): [string, Attack] => [
      name,
      [
        weakness,
        async () => {
          const { world, passkey } = await makePeople('preferred', 'ada')
          const { token, passkey: options } = await begin(world, 'ada')
          const answer = passkey.get(options!)
          const signature = Buffer.from(hex, 'hex').toString('base64url')
          const response = { ...answer, response: { ...answer.response, signature } }
          expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject({ status: 'rejected' })
        },
      ],
    ]),
  ),
)

attacks('signing in with a passkey', {
  'of somebody else': [
    'CWE-639',
    async () => {
      const { world, devices } = await makePeople('preferred', 'ada', 'mallory')
      const { token, passkey: options } = await begin(world, 'ada')
      const mallory = devices.get('mallory')!
      const allowed = { ...options!, allowCredentials: [{ type: 'public-key', id: mallory.id }] }
      const response = mallory.get(allowed)
      expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject(rejected)
    },
  ],
  'of somebody else, under the id of the right one': [
    'CWE-347',
    async () => {
      const { world, passkey, devices } = await makePeople('preferred', 'ada', 'mallory')
      const { token, passkey: options } = await begin(world, 'ada')
      const mallory = devices.get('mallory')!
      const answer = mallory.get({ ...options!, allowCredentials: [{ type: 'public-key', id: mallory.id }] })
      const response = { ...answer, id: passkey.id, rawId: passkey.id }
      expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject(rejected)
    },
  ],
  'that was copied, after the original was used': [
    'WebAuthn, section 6.1.1',
    async () => {
      const { world, passkey } = await makePeople('preferred', 'ada')
      const copy = passkey.clone()
      for (let signIns = 0; signIns < 2; signIns++) {
        const { token, passkey: options } = await begin(world, 'ada')
        must(await world.twoFactor.challenge.verify({ token, response: passkey.get(options!) }), 'approved')
      }
      const { token, passkey: options } = await begin(world, 'ada')
      expect(await world.twoFactor.challenge.verify({ token, response: copy.get(options!) })).toMatchObject(rejected)
      expect(world.heard('passkey-counter-fell')).toHaveLength(1)
    },
  ],
  'without its PIN, where that is required': [
    'WebAuthn, section 7.2',
    async () => {
      const { world, passkey } = await makePeople('required', 'ada')
      const { token, passkey: options } = await begin(world, 'ada')
      const { challenge } = world.twoFactor
      expect(await challenge.verify({ token, response: passkey.get(options!) })).toMatchObject(rejected)
      const response = passkey.get(options!, { userVerified: true })
      expect(await challenge.verify({ token, response })).toMatchObject({ status: 'approved' })
    },
  ],
  'that was removed': [
    'ASVS 5.0, 6.5.6',
    async () => {
      const { world, passkey } = await makePeople('preferred', 'ada')
      const { token, passkey: options } = await begin(world, 'ada')
      const response = passkey.get(options!)
      await world.twoFactor.admin.reset({ userId: 'ada', actor: 'staff' })
      expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject({ reason: 'revoked' })
    },
  ],
  'that was only begun to be enrolled': [
    'CWE-287',
    async () => {
      const { world } = await makePeople('preferred', 'ada')
      const { token, passkey: options } = await begin(world, 'ada')
      const other = device('not enrolled')
      const allowed = { ...options!, allowCredentials: [{ type: 'public-key', id: other.id }] }
      const response = other.get(allowed)
      expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject(rejected)
    },
  ],
})

attacks('enrolling a passkey', {
  ...Object.fromEntries(
    (
      ['from a page that looks alike', 'from inside the frame of another page', 'for another relying party'] as const
    ).map((name): [string, Attack] => [
      name,
      [
        'WebAuthn, section 7.1',
        async () => {
          const { world } = await makePeople('preferred')
          const { enrolment } = world.twoFactor
          const input = { userId: 'ada', accountName: 'ada' }
          const { enrolmentId, options } = must(await enrolment.beginPasskey(input), 'started')
          const response = device('ada').create(options, lies[name]![1])
          expect(await enrolment.confirm({ userId: 'ada', enrolmentId, response })).toMatchObject(rejected)
        },
      ],
    ]),
  ),
  'with an assertion in the place of an attestation': [
    'CWE-841',
    async () => {
      const { world, passkey } = await makePeople('preferred', 'ada')
      const { enrolment } = world.twoFactor
      const signedIn = await begin(world, 'ada')
      const { proof } = must(
        await world.twoFactor.challenge.verify({ token: signedIn.token, response: passkey.get(signedIn.passkey!) }),
        'approved',
      )
      const input = { userId: 'ada', accountName: 'ada', proof }
      const { enrolmentId, options } = must(await enrolment.beginPasskey(input), 'started')
      const allowed = { ...options, rpId: 'acme.example', allowCredentials: [{ type: 'public-key', id: passkey.id }] }
      const response = passkey.get(allowed)
      expect(await enrolment.confirm({ userId: 'ada', enrolmentId, response })).toMatchObject(rejected)
    },
  ],
})
