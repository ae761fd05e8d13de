import type { Approved, BeginChallengeInput, Challenged, VerifyChallengeInput } from '../../src/interfaces/challenge.js'
import type { Factor } from '../../src/interfaces/factor.js'
import { authenticator, type Authenticator } from '../../src/testing/index.js'
import type { Confirmed } from '../../src/interfaces/enrolment.js'
import type { Store } from '../../src/interfaces/store.js'
import { fakePasskey, type FakePasskey, type FakePasskeyOptions } from './fake-passkeys.js'
import { must, wrongCode } from './outcome.js'
import { copyOf, makeWorld, type World, type WorldOptions } from './world.js'

/** The number that people have unless a test says otherwise. */
export const PHONE = '+14155550123'

/** Somebody with a factor of any kind. */
interface Enrolled {
  readonly userId: string
  readonly factor: Factor
  /** Ten with a first factor, none with a further one. */
  readonly recoveryCodes: readonly string[]
  /** What confirming the factor proved. */
  readonly proof: string
}

/** Somebody with a factor that is proved by a typed code. */
export interface Person extends Enrolled {
  /** A code that was not used yet. With an authenticator app, half a minute passes until it shows the next one. */
  code(): string
  /** A code that is wrong now. */
  wrongCode(): string
}

export interface AppPerson extends Person {
  readonly uri: string
  readonly app: Authenticator
}

export interface PasskeyPerson extends Enrolled {
  readonly passkey: FakePasskey
}

interface EnrolOptions {
  readonly proof?: string
  readonly binding?: string
  readonly name?: string
  readonly replaces?: string
}

/** Enrols an authenticator app, on the code that it showed half a minute ago: the current one is still good for a sign-in. */
export async function enrolTotp(world: World, userId = 'ada', options: EnrolOptions = {}): Promise<AppPerson> {
  const { enrolment } = world.twoFactor
  const { enrolmentId, uri } = must(
    await enrolment.beginTotp({ userId, accountName: 'someone@acme.example', ...options }),
    'started',
  )
  const code = authenticator(uri).code(world.clock.now() - 30_000)
  return appPerson(world, userId, uri, must(await enrolment.confirm({ userId, enrolmentId, code }), 'confirmed'))
}

/** Enrols a phone number. */
export async function enrolSms(
  world: World,
  userId = 'ada',
  phoneNumber = PHONE,
  options: EnrolOptions = {},
): Promise<Person> {
  const { enrolment } = world.twoFactor
  const { enrolmentId } = must(await enrolment.beginSms({ userId, phoneNumber, ...options }), 'started')
  const code = world.inbox.lastCode(phoneNumber)
  return phonePerson(
    world,
    userId,
    phoneNumber,
    must(await enrolment.confirm({ userId, enrolmentId, code }), 'confirmed'),
  )
}

/** Enrols a pretend passkey. */
export async function enrolPasskey(
  world: World,
  userId = 'ada',
  { passkey = fakePasskey(`the passkey of ${userId}`), ...options }: EnrolOptions & { passkey?: FakePasskey } = {},
): Promise<PasskeyPerson> {
  const { enrolment } = world.twoFactor
  const input = { userId, accountName: 'someone@acme.example', ...options }
  const { enrolmentId, options: asked } = must(await enrolment.beginPasskey(input), 'started')
  const response = passkey.create(asked)
  return passkeyPerson(userId, passkey, must(await enrolment.confirm({ userId, enrolmentId, response }), 'confirmed'))
}

type Proven = Pick<Confirmed, 'factor' | 'recoveryCodes' | 'proof'>

function appPerson({ clock }: World, userId: string, uri: string, { factor, recoveryCodes, proof }: Proven): AppPerson {
  const app = authenticator(uri)
  return {
    userId,
    app,
    uri,
    factor,
    recoveryCodes: recoveryCodes ?? [],
    proof,
    code() {
      clock.advanceSeconds(30)
      return app.code(clock)
    },
    wrongCode: () => wrongCode(app.code(clock)),
  }
}

function phonePerson(
  { inbox }: World,
  userId: string,
  phoneNumber: string,
  { factor, recoveryCodes, proof }: Proven,
): Person {
  const code = (): string => inbox.lastCode(phoneNumber)
  return { userId, factor, recoveryCodes: recoveryCodes ?? [], proof, code, wrongCode: () => wrongCode(code()) }
}

function passkeyPerson(userId: string, passkey: FakePasskey, { factor, recoveryCodes, proof }: Proven): PasskeyPerson {
  return { userId, passkey, factor, recoveryCodes: recoveryCodes ?? [], proof }
}

interface Original<Someone> {
  readonly data: Store
  readonly person: Someone
}

async function enrolledIn<Someone>(enrol: (world: World) => Promise<Someone>): Promise<Original<Someone>> {
  const world = makeWorld({ seed: 'original' })
  const person = await enrol(world)
  return { data: world.data, person }
}

let originalApp: Promise<Original<AppPerson>> | undefined
let originalPhone: Promise<Original<Person>> | undefined

/** A world in which Ada has just enrolled an authenticator app: one enrolment, copied for every test of a file. */
export async function appWorld(
  options: WorldOptions = {},
): Promise<{ readonly world: World; readonly ada: AppPerson }> {
  originalApp ??= enrolledIn(enrolTotp)
  const { data, person } = await originalApp
  const world = makeWorld({ data: await copyOf(data), ...options })
  return { world, ada: appPerson(world, person.userId, person.uri, person) }
}

/** A world in which Ada has just enrolled a phone number. */
export async function phoneWorld(options: WorldOptions = {}): Promise<{ readonly world: World; readonly ada: Person }> {
  originalPhone ??= enrolledIn(enrolSms)
  const { data, person } = await originalPhone
  const world = makeWorld({ data: await copyOf(data), ...options })
  return { world, ada: phonePerson(world, person.userId, PHONE, person) }
}

/** A world in which Ada has just enrolled a passkey, by default one that is bound to one device. */
export async function passkeyWorld({
  passkey: kind = {},
  ...options
}: WorldOptions & { readonly passkey?: FakePasskeyOptions } = {}): Promise<{
  readonly world: World
  readonly ada: PasskeyPerson
}> {
  const world = makeWorld(options)
  const ada = await enrolPasskey(world, 'ada', { passkey: fakePasskey('the passkey of ada', kind) })
  world.events.length = 0
  return { world, ada }
}

/** Begins a challenge that asks for a second proof. */
export async function begin(
  world: World,
  userId: string,
  input: Omit<BeginChallengeInput, 'userId'> = {},
): Promise<Challenged> {
  return must(await world.twoFactor.challenge.begin({ userId, ...input }), 'challenged')
}

/** Passes a whole challenge. */
export async function pass(
  world: World,
  person: Person,
  input: Omit<BeginChallengeInput, 'userId'> & Pick<VerifyChallengeInput, 'trustDevice'> = {},
): Promise<Approved> {
  const { trustDevice, ...beginInput } = input
  const { token } = await begin(world, person.userId, { factorId: person.factor.id, ...beginInput })
  const { binding } = beginInput
  return must(await world.twoFactor.challenge.verify({ token, code: person.code(), binding, trustDevice }), 'approved')
}

/** Passes a whole challenge by passkey. */
export async function passByPasskey(
  world: World,
  { userId, passkey, factor }: PasskeyPerson,
  input: Omit<BeginChallengeInput, 'userId'> & Pick<VerifyChallengeInput, 'trustDevice'> = {},
): Promise<Approved> {
  const { trustDevice, ...beginInput } = input
  const { binding } = beginInput
  const { token, passkey: asked } = await begin(world, userId, { factorId: factor.id, ...beginInput })
  const response = passkey.get(asked)
  return must(await world.twoFactor.challenge.verify({ token, response, binding, trustDevice }), 'approved')
}

/** A fresh proof, by a step-up. */
export async function proofOf(world: World, person: Person, binding?: string): Promise<string> {
  const { proof } = await pass(world, person, { purpose: 'step-up', binding })
  return proof
}

/** Signs in and has this browser trusted. Gives the token of its cookie. */
export async function trustedBrowser(world: World, person: Person, name = 'Firefox on Linux'): Promise<string> {
  const { trustedDevice } = await pass(world, person, { trustDevice: { name } })
  if (trustedDevice === null) throw new Error('no device was trusted')
  return trustedDevice.token
}

/** Types `times` wrong codes into new challenges as need be; waits out the locks in between. */
export async function typeWrongCodes(world: World, person: Person, times: number): Promise<void> {
  const { twoFactor, clock } = world
  const { challenge, account } = twoFactor
  let token = ''
  for (let wrong = 0; wrong < times; wrong++) {
    const { lockedUntilAt } = await account.status({ userId: person.userId })
    if (lockedUntilAt !== null) clock.set(lockedUntilAt)
    const renewed = wrong % 5 === 0
    if (renewed) token = (await begin(world, person.userId, { factorId: person.factor.id })).token
    must(await challenge.verify({ token, code: person.wrongCode() }), 'rejected')
  }
}
