import { newRecordId } from '../crypto/claims.js'
import type { AdminOperations, Imported } from '../interfaces/admin.js'
import type { Refused } from '../interfaces/refusal.js'
import { unlessBusy } from '../records/swap.js'
import { parsePhoneNumber } from '../sms/phone-number.js'
import { issueAccessPass } from '../user/access-pass.js'
import { reset, unlock } from '../user/account.js'
import { takeFactor } from '../user/factors.js'
import { importFactor } from '../user/imports.js'
import { refused } from '../user/proof.js'
import type { FactorRecord } from '../user/record.js'
import { readImportedAt, readImportedCodes, readImportedTotp } from './imported.js'
import { optionalName, optionalPassLifetime, requireActor, requireInput, requireUserId } from './input.js'
import { newAccessPass } from './new-recovery-codes.js'
import type { Shell } from '../shell/shell.js'

/** `twoFactor.admin`. */
export function createAdmin({ options, run }: Shell): AdminOperations {
  const { random, clock, sms } = options

  /** Whose account it is about, and who acts. */
  function read(input: unknown): { readonly userId: string; readonly actor: string } {
    requireInput(input)
    const { userId, actor } = input as { userId?: unknown; actor?: unknown }
    return { userId: requireUserId(userId), actor: requireActor(actor) }
  }

  /** Imports a factor of any kind, with the recovery codes that come with it. */
  async function take(input: { readonly recoveryCodes?: unknown }, factor: FactorRecord): Promise<Imported | Refused> {
    const { userId, actor } = read(input)
    const { newCodes, tells } = await readImportedCodes(input.recoveryCodes, random)
    const ran = await unlessBusy(
      run(userId, (at) => importFactor(at, { factor, actor, newCodes, tells })),
      null,
    )
    return ran?.outcome ?? refused('busy')
  }

  return {
    async reset(input) {
      const { userId, actor } = read(input)
      return (await run(userId, (at) => reset(at, actor))).outcome
    },

    async unlock(input) {
      const { userId, actor } = read(input)
      return (await run(userId, (at) => unlock(at, actor))).outcome
    },

    async removeFactor(input) {
      const { userId, actor } = read(input)
      const { factorId } = input
      const ran = await unlessBusy(
        run(userId, (at) => takeFactor(at, factorId, actor)),
        null,
      )
      return ran?.outcome ?? refused('busy')
    },

    async issueAccessPass(input) {
      const { userId, actor } = read(input)
      const lifetimeSeconds = optionalPassLifetime(input.lifetimeSeconds)
      const { pass, salt, hash } = newAccessPass(random)
      const ran = await unlessBusy(
        run(userId, (at) => issueAccessPass(at, { actor, lifetimeSeconds, salt, hash })),
        null,
      )
      return ran === null ? refused('busy') : { status: 'issued', pass, expiresAt: ran.outcome.expiresAt }
    },

    async importTotp(input) {
      read(input)
      const now = clock.now()
      return take(input, { kind: 'totp', id: newRecordId(random), lastUsedAt: null, ...readImportedTotp(input, now) })
    },

    async importSms(input) {
      read(input)
      const confirmedAt = readImportedAt(input.confirmedAt, clock.now())
      const name = optionalName(input.name)
      if (sms === null) return refused('sms-unavailable')
      const number = await parsePhoneNumber(input.phoneNumber, { countries: sms.countries })
      if (number.status !== 'valid') return refused(number.status)
      const { e164: phoneNumber, country } = number
      return take(input, {
        kind: 'sms',
        id: newRecordId(random),
        name,
        confirmedAt,
        lastUsedAt: null,
        phoneNumber,
        country,
        channel: 'sms',
      })
    },
  }
}
