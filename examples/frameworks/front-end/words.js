const inAWhile = 'Try again in a while.'
const startAgain = 'That took too long, or was done already. Start again.'
const anotherWay = 'No text can go out. Use another way.'

/** What to tell people of each status and reason; docs/reasons.md says what happened. */
export const WORDS = {
  'wrong-password': 'No such address and password, or too many tries.',
  'signed-out': 'You are signed out.',
  'enrolment-required': 'Switch on a second factor first.',
  'access-pass-required': 'Type the access pass that you were given.',
  'not-describable': 'A text message cannot show this. Make it shorter.',
  paid: 'Paid.',
  failed: 'Something went wrong. Try again.',

  'wrong-code': 'That code is wrong.',
  'malformed-code': 'A digit is missing, or there is one too many.',
  'already-used': 'That code was used. Wait for the next one.',
  'assurance-too-low': 'That is not strong enough here. Use another way.',
  'wrong-response': 'That passkey was not accepted. Try again, or use another way.',
  expired: startAgain,
  exhausted: 'Too many wrong codes. Start again.',
  revoked: startAgain,
  settled: startAgain,
  locked: `Too many wrong codes. ${inAWhile} A passkey or a recovery code works at once.`,
  suspended: 'Far too many wrong codes. Use a passkey or a recovery code, or ask us.',
  'too-many-factors': 'You have as many as there may be. Remove one first.',
  'unknown-challenge': startAgain,
  'unknown-enrolment': startAgain,
  'unknown-factor': 'That one is gone. Choose another.',
  busy: inAWhile,

  'proof-required': 'Confirm that it is you first.',
  'proof-invalid': 'Confirm that it is you first.',
  'factor-exists': 'You have that one already.',
  'last-factor-required': 'You must keep one. Add another first.',
  'invalid-phone-number': 'That number gets no texts. Look at it again.',
  'country-not-allowed': 'We send no texts there. Use an authenticator app.',
  'sms-unavailable': 'We send no texts now. Use an authenticator app.',
  'passkeys-unavailable': 'There are no passkeys here. Use an authenticator app.',

  'too-soon': 'A text is on its way. Wait a little before you ask for another.',
  'budget-spent': anotherWay,
  screened: anotherWay,
  'opted-out': 'You told us to stop texting. Answer START, or use another way.',
  unreachable: 'That number gets no texts. Use another way.',
  'delivery-failed': 'The text may be late. Wait a moment, then ask for another.',
}
