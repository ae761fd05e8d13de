import { encodeBase32, parseKeyUri } from '../../src/otp/index.js'
import { PHONE } from './people.js'
import { OTHER_PHONE, type FullAccount } from './full-account.js'
import { NEW_KEY, OLD_KEY } from './world.js'

/** Every spelling under which something secret of an account could slip out. */
export function secretsOf(account: FullAccount): readonly string[] {
  const { recoveryCodes, accessPass, proof, appUri, pendingAppUri } = account
  const { token, textToken, passkeyToken, trustedDeviceToken } = account
  const codes = [...recoveryCodes, accessPass]
  const bytes = [
    ...[appUri, pendingAppUri].map((uri) => parseKeyUri(uri).secret),
    ...[OLD_KEY, NEW_KEY].map(({ secret }) => secret as Uint8Array),
  ]
  return [
    ...codes,
    ...codes.map((code) => code.replaceAll('-', '')),
    ...[proof, token, textToken, passkeyToken, trustedDeviceToken].flatMap((each) => each.split('.').slice(2)),
    ...bytes.flatMap((each) => [
      ...(['hex', 'base64', 'base64url', 'latin1'] as const).map((encoding) => Buffer.from(each).toString(encoding)),
      encodeBase32(each),
    ]),
    ...[PHONE, OTHER_PHONE].map((number) => number.slice(3)),
  ]
}

/** The codes of an account: six digits, so only looked for where no other digit stands beside them. */
export function codesOf({ textCode, pendingPhoneCode, appCode, pendingApp, world }: FullAccount): readonly string[] {
  return [textCode, pendingPhoneCode, appCode(), pendingApp.code(world.clock)]
}

/** All that an error says: its message, stack and members, and those of its causes. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify([error])
  const members = JSON.stringify(Object.entries(error))
  return `${error.name} ${error.message} ${String(error.stack)} ${members} ${error.cause === undefined ? '' : wordsOf(error.cause)}`
}

/** What of `account` stands in `text` that should not. */
export function leaks(account: FullAccount, text: string): readonly string[] {
  const codes = codesOf(account).filter((code) => new RegExp(`(?<!\\d)${code}(?!\\d)`).test(text))
  return [...codes, ...secretsOf(account).filter((secret) => text.includes(secret))]
}
