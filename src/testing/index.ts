export { authenticator, type Authenticator } from './authenticator.js'
export { enrol, type EnrolledApp, type EnrolOptions } from './enrol.js'
export { faultyStore, type FaultyStore, type HeldCall, type StoreVerb } from './faulty-store.js'
export { fixedClock, type FixedClock } from './fixed-clock.js'
export { seededRandom } from './seeded-random.js'
export { smsInbox, type SmsInbox, type SmsInboxOptions } from './sms-inbox.js'
export {
  createSoftwarePasskey,
  type SoftwarePasskey,
  type SoftwarePasskeyAssertion,
  type SoftwarePasskeyAttestation,
  type SoftwarePasskeyLie,
  type SoftwarePasskeyOptions,
} from './software-passkey.js'
export { storeContract, type StoreContractOptions } from './store-contract.js'
export type { Refusal } from './contract/contract-case.js'
