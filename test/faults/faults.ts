import type { Call, Struck } from './dependencies.js'

/** What may go wrong with one call. The order is that of the columns in docs/faults.md. */
export const faultNames = [
  'throws',
  'answer lost',
  'hangs',
  'late',
  'undefined',
  'wrong type',
  'truncated',
  "another's",
  'older',
] as const

export type FaultName = (typeof faultNames)[number]

/** What garbage is made of. */
export interface Garbage {
  /** What an engine or a provider says when it fails. */
  readonly error: Error
  /** The value of a store key before the operation was done for the first time. */
  readonly older: ReadonlyMap<string, string>
  /** A record of somebody else, sealed under the same keys. */
  readonly strangers: string
}

type Faults = Partial<Record<FaultName, (garbage: Garbage) => Struck>>

const never = (): Promise<never> => new Promise(() => undefined)
const gives = (answer: unknown) => (): Struck => async () => answer
const throwsNow = ({ error }: Garbage): Struck => {
  return () => {
    throw error
  }
}

/** What happens to anything asynchronous. */
const asynchronous: Faults = {
  throws:
    ({ error }) =>
    () =>
      Promise.reject(error),
  'answer lost':
    ({ error }) =>
    async (real) => {
      await real()
      throw error
    },
  hangs: () => never,
  late: () => async (real) => {
    await real()
    return never()
  },
  undefined: gives(undefined),
}

const stores: Readonly<Record<string, Faults>> = {
  get: {
    ...asynchronous,
    'wrong type': gives(Buffer.from('v1')),
    truncated: () => async (real) => String(await real()).slice(0, -4),
    "another's":
      ({ strangers }) =>
      async () =>
        strangers,
    older:
      ({ older }) =>
      async (_real, [key]) =>
        older.get(String(key)) ?? null,
  },
  swap: { ...asynchronous, 'wrong type': gives('OK'), older: gives(false) },
  keys: {
    throws: throwsNow,
    hangs: () => () => ({ [Symbol.asyncIterator]: () => ({ next: never }) }),
    undefined: () => () => undefined,
    'wrong type': () => () => listing([7]),
    truncated: () => () => listing([]),
    "another's": () => () => listing(['session:of:another application', 'user:another%20tenant:ada']),
    older: () => () => listing(['user:default:gone since']),
  },
}

async function* listing(keys: readonly unknown[]): AsyncGenerator {
  yield* keys
}

const clock: Faults = {
  throws: throwsNow,
  undefined: () => () => undefined,
  'wrong type': () => () => 'noon',
  truncated: () => (real) => Math.floor(Number(real()) / 1000),
  older: () => (real) => Number(real()) - 3_600_000,
}

const random: Faults = {
  throws: throwsNow,
  undefined: () => () => undefined,
  'wrong type': () => () => '4, by a fair dice',
  truncated: () => (real) => (real() as Uint8Array).subarray(1),
  older: () => (real) => (real() as Uint8Array).fill(7),
}

const message: Faults = {
  throws: throwsNow,
  undefined: () => () => undefined,
  'wrong type': () => () => 482_913,
  truncated: () => () => 'Your code is',
  "another's": () => () => '000000 is your code',
}

const screen: Faults = { ...asynchronous, 'wrong type': gives(true) }
delete screen['answer lost']

const onEvent: Faults = { throws: throwsNow, 'answer lost': asynchronous['answer lost']!, hangs: () => never }

const assertion: Faults = {
  ...asynchronous,
  'wrong type': gives(true),
  truncated: gives({ status: 'verified' }),
}
const attestation: Faults = {
  ...assertion,
  "another's": () => async (real) => {
    const answer = (await real()) as { readonly credential?: object }
    return { ...answer, credential: { ...answer.credential, id: 'not base64url!' } }
  },
}
const ceremony: Faults = { ...asynchronous, 'wrong type': gives('options'), truncated: gives({}) }
for (const verifier of [assertion, attestation, ceremony]) delete verifier['answer lost']

const byName: Readonly<Record<string, Faults>> = {
  'store.keys': stores['keys']!,
  'clock.now': clock,
  'random.bytes': random,
  'sender.send': { ...asynchronous, 'wrong type': gives('delivered') },
  message,
  screen,
  onEvent,
  'passkeys.creationOptions': ceremony,
  'passkeys.requestOptions': ceremony,
  'passkeys.verifyAttestation': attestation,
  'passkeys.verifyAssertion': assertion,
}

/** The faults that a call can have. */
export function faultsOf({ name }: Call): Faults {
  const verb = /^store\.(get|swap) /.exec(name)?.[1]
  const faults = verb === undefined ? byName[name] : stores[verb]
  if (faults === undefined) throw new Error(`no fault is known for ${name}`)
  return faults
}
