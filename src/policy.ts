import { demand, isObject, refuseUnknown, within } from './checks.js'
import type { MinimumAssurance, Policy, PolicyOverrides } from './interfaces/policy.js'

/** Default and range of every number of the policy. */
const POLICY = {
  challengeLifetimeSeconds: [600, 60, 900],
  enrolmentLifetimeSeconds: [600, 60, 3600],
  smsCodeLifetimeSeconds: [300, 60, 600],
  proofLifetimeSeconds: [600, 60, 3600],
  trustedDeviceLifetimeSeconds: [2_592_000, 3600, 31_536_000],
  wrongCodesPerCode: [5, 1, 10],
  totpWindow: [1, 0, 2],
  wrongCodesPerLock: [5, 3, 10],
  firstLockSeconds: [60, 10, 3600],
  longestLockSeconds: [86_400, 60, 604_800],
  wrongCodesUntilSuspended: [100, 10, 100],
  textsPerUserHour: [10, 1, 10],
  textsPerNumberTenMinutes: [5, 1, 20],
  textsPerNumberDay: [20, 1, 20],
  textsPerAddressHour: [20, 1, 50],
  regionMinimumTexts: [20, 5, 10_000],
  regionUnverifiedShare: [0.8, 0.5, 1],
} as const satisfies Partial<Record<keyof Policy, readonly [number, number, number]>>

/**
 * The policy, checked, with every default in place.
 * @throws TwoFactorError `ERR_POLICY_INVALID`
 */
export function resolvePolicy(overrides: PolicyOverrides): Policy {
  demand(isObject(overrides), 'ERR_POLICY_INVALID', 'policy must be an object')
  const {
    textLimits = 'enforce',
    trustedDevices = 'on',
    textsPerHour = null,
    minimumAssurance = {},
    ...numbers
  } = overrides
  demand(['enforce', 'record-only'].includes(textLimits), 'ERR_POLICY_INVALID', 'policy.textLimits is not known')
  demand(['on', 'off'].includes(trustedDevices), 'ERR_POLICY_INVALID', "policy.trustedDevices must be 'on' or 'off'")
  refuseUnknown(numbers, Object.keys(POLICY), 'ERR_POLICY_INVALID', 'policy')
  const capped = textsPerHour === null || (Number.isInteger(textsPerHour) && within(textsPerHour, 1, 1_000_000))
  demand(capped, 'ERR_POLICY_INVALID', 'policy.textsPerHour must be null or 1 to 1000000')
  const resolve = (name: keyof typeof POLICY): number => {
    const [normal, least, most] = POLICY[name]
    const { [name]: value = normal } = numbers
    const whole = name === 'regionUnverifiedShare' || Number.isInteger(value)
    demand(whole && within(value, least, most), 'ERR_POLICY_INVALID', `policy.${name} must be ${least} to ${most}`)
    return value
  }
  const names = Object.keys(POLICY) as (keyof typeof POLICY)[]
  const resolved = Object.fromEntries(names.map((name) => [name, resolve(name)])) as Record<keyof typeof POLICY, number>
  return Object.freeze({
    ...resolved,
    textLimits,
    trustedDevices,
    textsPerHour,
    minimumAssurance: resolveMinimum(minimumAssurance),
  })
}

const ASSURANCES: readonly unknown[] = [
  'access-pass',
  'recovery',
  'second-factor',
  'unrestricted',
  'phishing-resistant',
] satisfies MinimumAssurance[]

function resolveMinimum(overrides: NonNullable<PolicyOverrides['minimumAssurance']>): Policy['minimumAssurance'] {
  demand(isObject(overrides), 'ERR_POLICY_INVALID', 'policy.minimumAssurance must be an object')
  refuseUnknown(overrides, ['sign-in', 'step-up'], 'ERR_POLICY_INVALID', 'policy.minimumAssurance')
  const { 'sign-in': signIn = 'access-pass', 'step-up': stepUp = 'access-pass' } = overrides
  const known = ASSURANCES.includes(signIn) && ASSURANCES.includes(stepUp)
  demand(known, 'ERR_POLICY_INVALID', 'policy.minimumAssurance has an unknown assurance')
  return Object.freeze({ 'sign-in': signIn, 'step-up': stepUp })
}
