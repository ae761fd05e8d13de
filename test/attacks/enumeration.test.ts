import { expect } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, enrolTotp, PHONE, phoneWorld } from '../support/people.js'
import { makeWorld } from '../support/world.js'
import { attacks } from './attack.js'

/** The answer as anybody sees it, with what differs from one call to the next taken out. */
const shapeOf = (answer: object): string =>
  JSON.stringify(
    Object.entries(answer)
      .map(([name]) => name)
      .sort(),
  )

attacks('learning who is there', {
  'from a begin: somebody unknown is answered as somebody without a second factor': [
    'ASVS 5.0, 6.3.8',
    async () => {
      const { world } = await appWorld()
      const { account, challenge } = world.twoFactor
      await enrolTotp(world, 'bob')
      const status = await account.status({ userId: 'bob' })
      expect(status.enabled).toBe(true)
      await account.erase({ userId: 'bob' })
      expect(await challenge.begin({ userId: 'bob' })).toEqual(await challenge.begin({ userId: 'nobody' }))
      expect(await challenge.begin({ userId: 'bob', required: true })).toEqual(
        await challenge.begin({ userId: 'nobody', required: true }),
      )
    },
  ],
  'from the status of somebody unknown': [
    'CWE-204',
    async () => {
      const world = makeWorld()
      const { account } = world.twoFactor
      await world.twoFactor.enrolment.beginTotp({ userId: 'pending', accountName: 'x' })
      const [unknown, pending] = await account.statuses({ userIds: ['nobody', 'pending'] })
      expect({ ...pending, userId: '' }).toEqual({ ...unknown, userId: '' })
    },
  ],
  'from a challenge token that is wrong: one answer, whatever it is wrong in': [
    'CWE-204',
    async () => {
      const { world, token } = await makeFullAccount()
      const { challenge } = world.twoFactor
      const other = makeWorld({ namespace: 'other' })
      const ada = await enrolTotp(other)
      const foreign = (await begin(other, 'ada')).token
      const code = ada.code()
      const answers = await Promise.all(
        ['', 'x', `${token}x`, token.slice(1), foreign].map((wrong) => challenge.verify({ token: wrong, code })),
      )
      const bound = await challenge.verify({ token, code, binding: 'not what it was begun with' })
      expect(new Set([...answers, bound].map((answer) => JSON.stringify(answer)))).toHaveLength(1)
    },
  ],
  'from a proof that is wrong: one answer, with no reason': [
    'CWE-204',
    async () => {
      const { world, proof } = await makeFullAccount()
      const { challenge } = world.twoFactor
      const answers = [
        await challenge.checkProof({ userId: 'ada', proof: 'x' }),
        await challenge.checkProof({ userId: 'nobody', proof }),
        await challenge.checkProof({ userId: 'ada', proof, binding: 'x' }),
        await challenge.checkProof({ userId: 'ada', proof, purpose: 'step-up' }),
      ]
      for (const answer of answers) expect(answer).toEqual({ status: 'invalid' })
    },
  ],
  'from an id that is nobody’s or somebody else’s: one answer': [
    'CWE-204',
    async () => {
      const { world, pendingAppId, appFactorId } = await makeFullAccount()
      const { proof } = await enrolTotp(world, 'mallory')
      const { enrolment, factors } = world.twoFactor
      const confirm = (enrolmentId: string) => enrolment.confirm({ userId: 'mallory', enrolmentId, code: '123456' })
      expect(await confirm(pendingAppId)).toEqual(await confirm('AAAAAAAAAAAAAAAA'))
      const remove = (factorId: string) => factors.remove({ userId: 'mallory', factorId, proof })
      expect(await remove(appFactorId)).toEqual(await remove('AAAAAAAAAAAAAAAA'))
    },
  ],
  'from a recovery code: one that was used is answered as one that never was': [
    'CWE-204',
    async () => {
      const { world, token, recoveryCodes } = await makeFullAccount()
      const { challenge } = world.twoFactor
      const [used = ''] = recoveryCodes
      must(await challenge.redeemRecoveryCode({ token, recoveryCode: used }), 'approved')
      const { token: next } = await begin(world, 'ada')
      const answers = await Promise.all(
        [used, 'ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ'].map((recoveryCode) =>
          challenge.redeemRecoveryCode({ token: next, recoveryCode }),
        ),
      )
      expect(new Set(answers.map(shapeOf))).toHaveLength(1)
      for (const answer of answers) expect(answer.status).toBe('rejected')
    },
  ],
  'from the number of somebody else: enrolling it is answered as any other': [
    'CWE-204',
    async () => {
      const world = makeWorld()
      await enrolSms(world, 'ada', PHONE)
      const { enrolment } = world.twoFactor
      const taken = must(await enrolment.beginSms({ userId: 'mallory', phoneNumber: PHONE }), 'started')
      const free = must(await enrolment.beginSms({ userId: 'mallet', phoneNumber: '+14155550199' }), 'started')
      expect(shapeOf(taken)).toBe(shapeOf(free))
      expect(taken.delivery.status).toBe(free.delivery.status)
    },
  ],
  'from a masked number: no more than its last four digits': [
    'ASVS 5.0, 16.2.5',
    async () => {
      const { world } = await phoneWorld()
      const begun = await begin(world, 'ada')
      expect(begun.factor.destination).toBe('•••• 0123')
      expect(JSON.stringify([begun, world.events])).not.toContain(PHONE.slice(1, -4))
    },
  ],
  'from the name of a cookie: it tells whose it is to nobody without the id': [
    'CWE-203',
    async () => {
      const { world } = await appWorld()
      const { trustedDevices } = world.twoFactor
      const names = ['ada', 'bob', 'ADA'].map((userId) => trustedDevices.cookieName({ userId }))
      for (const name of names) expect(name).toMatch(/^trusted[0-9a-f]{24}$/)
      expect(new Set(names)).toHaveLength(3)
    },
  ],
  "from a device's token: it names neither the user nor the device": [
    'ASVS 5.0, 14.2.1',
    async () => {
      const { world, trustedDeviceToken, deviceId } = await makeFullAccount()
      const [, , payload = ''] = trustedDeviceToken.split('.')
      expect(payload).not.toContain(deviceId)
      expect(Buffer.from(payload, 'base64url').toString('latin1')).not.toContain('ada')
      expect(Buffer.from(payload, 'base64url')).toHaveLength(32)
      expect(world.events).toEqual([])
    },
  ],
  "from a passkey's options: the user handle says nothing of the user": [
    'WebAuthn, section 14.6.1',
    async () => {
      const world = makeWorld()
      const { enrolment } = world.twoFactor
      const { options } = must(
        await enrolment.beginPasskey({ userId: 'ada', accountName: 'a@acme.example' }),
        'started',
      )
      const { id } = options['user'] as { readonly id: string }
      expect(Buffer.from(id, 'base64url')).toHaveLength(32)
      expect(Buffer.from(id, 'base64url').toString('latin1')).not.toContain('ada')
    },
  ],
})
