import { describe, expect, it } from 'vitest'
import type { FactorKind } from '../../../src/interfaces/factor.js'
import { kindOf } from '../../../src/user/kinds/index.js'
import {
  appFactor,
  CREDENTIAL,
  passkeyFactor,
  pendingApp,
  pendingPasskey,
  pendingPhone,
  PHONE_NUMBER,
  phoneFactor,
  textState,
} from '../cases.js'

const factors = { totp: appFactor(), sms: phoneFactor(), passkey: passkeyFactor() }
const pending = { totp: pendingApp(), sms: pendingPhone(), passkey: pendingPasskey() }

/** All that is known of a kind without a record. */
function facts(kind: FactorKind): object {
  const { rank, isTyped, isRestricted, assurance } = kindOf({ kind })
  const { [kind]: factor } = factors
  const { [kind]: enrolment } = pending
  const known = kindOf(factor)
  return {
    rank,
    isTyped,
    isRestricted,
    assurance,
    present: known.present(factor),
    codeDigits: known.codeDigits([...Object.values(factors), appFactor({ digits: 8 }), appFactor({ digits: 8 })]),
    recipient: known.recipient(factor),
    credential: known.credential(factor),
    recipientOfPending: known.recipient(enrolment),
    show: known.show(enrolment, 'Acme'),
    textOf: known.textOf(enrolment),
    withText: known.withText(enrolment, textState({ sends: 3 })),
    credentialOwner: known.credentialOwner(enrolment),
    isSame: Object.values(factors).map((other) => known.isSame(factor, other)),
  }
}

describe('the table of kinds', () => {
  it('knows an authenticator app', () => {
    expect(facts('totp')).toStrictEqual({
      rank: 1,
      isTyped: true,
      isRestricted: false,
      assurance: 'second-factor',
      present: { destination: null, synced: null },
      codeDigits: [6, 8],
      recipient: null,
      credential: null,
      recipientOfPending: null,
      show: {
        secret: 'NZSXO',
        uri: 'otpauth://totp/Acme:ada?secret=NZSXO&issuer=Acme&algorithm=SHA1&digits=6&period=30',
      },
      textOf: null,
      withText: pendingApp(),
      credentialOwner: null,
      isSame: [true, false, false],
    })
  })

  it('knows a phone', () => {
    expect(facts('sms')).toStrictEqual({
      rank: 2,
      isTyped: true,
      isRestricted: true,
      assurance: 'second-factor',
      present: { destination: '•••• 0123', synced: null },
      codeDigits: [6],
      recipient: { phoneNumber: PHONE_NUMBER, country: 'US', channel: 'sms' },
      credential: null,
      recipientOfPending: { phoneNumber: '+447400123456', country: 'GB', channel: 'sms' },
      show: { destination: '•••• 3456', restricted: true },
      textOf: textState({ phoneNumber: '+447400123456' }),
      withText: pendingPhone({ text: textState({ sends: 3 }) }),
      credentialOwner: null,
      isSame: [false, true, false],
    })
  })

  it('knows a passkey', () => {
    expect(facts('passkey')).toStrictEqual({
      rank: 0,
      isTyped: false,
      isRestricted: false,
      assurance: 'phishing-resistant',
      present: { destination: null, synced: true },
      codeDigits: [],
      recipient: null,
      credential: CREDENTIAL,
      recipientOfPending: null,
      show: {},
      textOf: null,
      withText: pendingPasskey(),
      credentialOwner: 'ada',
      isSame: [false, false, true],
    })
  })
})
