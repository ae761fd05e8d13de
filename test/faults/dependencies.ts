import type { Clock } from '../../src/interfaces/clock.js'
import type { PasskeyVerifier } from '../../src/interfaces/passkeys.js'
import type { Random } from '../../src/interfaces/random.js'
import type { SmsSender } from '../../src/interfaces/sms-sender.js'
import type { Store } from '../../src/interfaces/store.js'
import { builtInMessage, type MessageTemplate } from '../../src/sms/message.js'
import type { TwoFactor } from '../../src/two-factor.js'
import type { World } from '../support/world.js'

/** A call that an operation makes: its name, and the how-manieth of that name it is, from 1. */
export interface Call {
  readonly name: string
  readonly ordinal: number
}

/** What is handed to a fault in place of the call: the call itself, and what it was made with. */
export type Struck = (real: () => unknown, given: readonly unknown[]) => unknown

/** Is told of each call as it is made, and may put something else in its place. */
export type Watch = (call: Call) => Struck | undefined

/** What of a store key tells the kind of its record. */
const kindOf = (key: string): string => key.slice(0, key.indexOf(':'))

/** A process that makes every call to the outside world through `watch`, but for those that its making takes. */
export function watchedProcess(world: World, random: Random, passkeys: PasskeyVerifier, watch: Watch): TwoFactor {
  let isMade = false
  const counts = new Map<string, number>()

  function through<Answer>(name: string, given: readonly unknown[], real: () => Answer): Answer {
    if (!isMade) return real()
    const ordinal = (counts.get(name) ?? 0) + 1
    counts.set(name, ordinal)
    const struck = watch({ name, ordinal })
    return struck === undefined ? real() : (struck(real, given) as Answer)
  }

  const { data, clock, inbox, events } = world
  const store: Store = {
    get: (key, ...rest) => through(`store.get ${kindOf(key)}`, [key], () => data.get(key, ...rest)),
    swap: (key, ...rest) => through(`store.swap ${kindOf(key)}`, [key], () => data.swap(key, ...rest)),
    keys: () => through('store.keys', [], () => data.keys()),
  }
  const time: Clock = { now: () => through('clock.now', [], () => clock.now()) }
  const chance: Random = { bytes: (length) => through('random.bytes', [length], () => random.bytes(length)) }
  const sender: SmsSender = { send: (message) => through('sender.send', [], () => inbox.send(message)) }
  const message: MessageTemplate = (request) => through('message', [], () => builtInMessage(request))
  const verifier: PasskeyVerifier = {
    creationOptions: (asked) => through('passkeys.creationOptions', [], () => passkeys.creationOptions(asked)),
    requestOptions: (asked) => through('passkeys.requestOptions', [], () => passkeys.requestOptions(asked)),
    verifyAttestation: (asked) => through('passkeys.verifyAttestation', [], () => passkeys.verifyAttestation(asked)),
    verifyAssertion: (asked) => through('passkeys.verifyAssertion', [], () => passkeys.verifyAssertion(asked)),
  }
  const twoFactor = world.process({
    store,
    clock: time,
    random: chance,
    passkeys: verifier,
    texts: { sender, message, screen: () => through('screen', [], () => Promise.resolve('send' as const)) },
    onEvent: (event) => through('onEvent', [], () => events.push(event)),
  })
  isMade = true
  return twoFactor
}
