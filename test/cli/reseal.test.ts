import { describe, expect, it } from 'vitest'
import { resealStore, type ResealRequest } from '../../src/cli/reseal.js'
import type { Store } from '../../src/interfaces/store.js'
import { memoryStore } from '../../src/stores/memory.js'
import { authenticator } from '../../src/testing/authenticator.js'
import { faultyStore } from '../../src/testing/faulty-store.js'
import { contents, copyOf, makeWorld, NEW_KEY, OLD_KEY } from '../support/world.js'
import { expectCode, must, wrongCode } from '../support/outcome.js'
import { appWorld, begin, proofOf, trustedBrowser } from '../support/people.js'
import { makeTerminal, type Terminal, type TerminalOptions } from './terminal.js'
import { makePopulation, sealedBy } from './records.js'

const ROTATION = [NEW_KEY, OLD_KEY]
const population = await makePopulation({ people: 2, enrolling: 98 })
const elsewhere = await makePopulation({ enrolling: 3, namespace: 'else where' })

/** The same records, in a store of a test's own. */
const records = (): Promise<Store> => copyOf(population.world.data)

async function reseal(request: Partial<ResealRequest> & Pick<ResealRequest, 'store'>, at: Terminal = makeTerminal()) {
  const code = await resealStore({ keys: ROTATION, namespace: 'default', progress: false, ...request }, at)
  return { code, out: at.printed, err: at.reported }
}

/** Calls `hook` before each swap, with its number. */
function beforeSwap(store: Store, hook: (count: number) => unknown): Store {
  let count = 0
  return {
    ...store,
    async swap(...call) {
      await hook(++count)
      return store.swap(...call)
    },
  }
}

describe('a rotation', () => {
  it('leaves nothing under the old key, which can then be dropped', async () => {
    const store = await records()
    expect(await reseal({ store })).toEqual({
      code: 0,
      out: 'completed: 100 records seen, 100 resealed, 0 unreadable\n',
      err: '',
    })
    expect(await sealedBy(store)).toEqual({ k2: 100 })
    const { twoFactor } = makeWorld({ data: store, keys: [NEW_KEY] })
    for (const { userId } of population.people)
      expect(await twoFactor.account.status({ userId })).toMatchObject({ enabled: true, recoveryCodesRemaining: 10 })
  })

  it('changes no record that is under the new key already', async () => {
    const store = await records()
    await reseal({ store })
    const before = await contents(store)
    expect(await reseal({ store })).toEqual({
      code: 0,
      out: 'completed: 100 records seen, 0 resealed, 0 unreadable\n',
      err: '',
    })
    expect(await contents(store)).toEqual(before)
  })

  it('of one namespace leaves the others alone, and what is not a record', async () => {
    const store = await records()
    for (const [key, value] of await contents(elsewhere.world.data)) await store.swap(key, null, value, null)
    await store.swap('lock:default:1', null, 'somebody else', null)
    const { out } = await reseal({ store, namespace: 'else where' })
    expect(out).toBe('completed: 3 records seen, 3 resealed, 0 unreadable\n')
    expect(await sealedBy(store)).toEqual({ k1: 100, k2: 3, none: 1 })
  })

  it('of an empty store is done at once', async () => {
    expect(await reseal({ store: memoryStore(), progress: true }, makeTerminal({ columns: 80 }))).toMatchObject({
      code: 0,
      err: 'counting the records\n',
    })
  })
})

describe('what was issued before a rotation', () => {
  it('works while the old key is in the ring, and ends with it', async () => {
    const { world, ada } = await appWorld()
    const { data, clock } = world
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { token } = await begin(world, 'ada')
    const proof = await proofOf(world, ada)
    expect((await reseal({ store: data })).code).toBe(0)

    const during = makeWorld({ data, keys: ROTATION, at: clock.now(), seed: 'during' }).twoFactor.challenge
    const after = makeWorld({ data, keys: [NEW_KEY], at: clock.now(), seed: 'after' }).twoFactor.challenge
    expect((await during.begin({ userId: 'ada', trustedDeviceToken })).status).toBe('trusted')
    expect((await after.begin({ userId: 'ada', trustedDeviceToken })).status).toBe('challenged')
    expect((await during.checkProof({ userId: 'ada', proof })).status).toBe('valid')
    expect((await after.checkProof({ userId: 'ada', proof })).status).toBe('invalid')
    expect(await after.verify({ token, code: '000000' })).toMatchObject({ reason: 'unknown-challenge' })
    expect(await during.verify({ token, code: ada.wrongCode() })).toMatchObject({ reason: 'wrong-code' })
  })

  it('cannot be read by a process that does not know the new key, which fails closed', async () => {
    const { world } = await appWorld()
    expect((await reseal({ store: world.data })).code).toBe(0)
    await expectCode(world.twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_RECORD_UNREADABLE')
  })
})

describe('a suspension under a stricter policy than usual', () => {
  it('is kept by a rotation, which does not know the policy', async () => {
    const data = memoryStore()
    const policy = { wrongCodesUntilSuspended: 10, wrongCodesPerLock: 10 }
    const { twoFactor, clock } = makeWorld({ data, policy })
    for (let wrong = 0; wrong < 10; wrong++) {
      const { enrolmentId, uri } = must(
        await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }),
        'started',
      )
      await twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: wrongCode(authenticator(uri).code(clock)) })
    }
    expect(await twoFactor.account.status({ userId: 'ada' })).toMatchObject({ suspended: true })
    const expiries: (number | null)[] = []
    const store: Store = {
      ...data,
      swap: (key, previous, next, expiresAt) => (expiries.push(expiresAt), data.swap(key, previous, next, expiresAt)),
    }
    expect((await reseal({ store })).code).toBe(0)
    expect(expiries).toEqual([null])
  })
})

describe('Ctrl-C during a rotation', () => {
  it.each([1, 40, 96])('at swap %i ends it after the batch, and the next run does the rest', async (moment) => {
    const data = await records()
    const at = makeTerminal()
    const store = beforeSwap(data, (count) => count === moment && at.interrupt())
    const { code, out, err } = await reseal({ store }, at)
    const done = Math.ceil(moment / 16) * 16
    expect(code).toBe(130)
    expect(out).toBe(`aborted: ${done} records seen, ${done} resealed, 0 unreadable\n`)
    expect(err).toBe(
      'stopping after this batch; Ctrl-C again stops at once\n' +
        'Nothing is lost: run the same command again, and it continues with the records that are left.\n',
    )
    expect(await sealedBy(data)).toEqual({ k1: 100 - done, k2: done })
    expect((await reseal({ store: data })).out).toBe(
      `completed: 100 records seen, ${100 - done} resealed, 0 unreadable\n`,
    )
  })

  it('also ends the counting, and nobody listens any more afterwards', async () => {
    const at = makeTerminal({ columns: 80 })
    const data = await records()
    const store: Store = {
      ...data,
      async *keys() {
        for await (const key of data.keys()) {
          at.interrupt()
          yield key
        }
      },
    }
    expect((await reseal({ store, progress: true }, at)).code).toBe(130)
    expect(await sealedBy(data)).toEqual({ k1: 100 })
    expect(at.interrupt()).toBe(false)
  })
})

describe('live traffic during a rotation', () => {
  it('loses nothing: somebody who signs in between the read and the swap of a record wins, and the record is sealed all the same', async () => {
    const data = await records()
    const { twoFactor, clock } = makeWorld({ data, keys: [OLD_KEY, NEW_KEY], seed: 'busy' })
    const [ada] = population.people
    const code = ada!.app.code(clock)
    let signedIn = false
    const store: Store = {
      ...data,
      async swap(key, ...rest) {
        if (key.endsWith('person%200') && !signedIn) {
          signedIn = true
          const { token } = must(await twoFactor.challenge.begin({ userId: 'person 0' }), 'challenged')
          must(await twoFactor.challenge.verify({ token, code }), 'approved')
        }
        return data.swap(key, ...rest)
      },
    }
    expect(await reseal({ store })).toMatchObject({
      code: 0,
      out: 'completed: 100 records seen, 100 resealed, 0 unreadable\n',
    })
    expect(await sealedBy(data)).toEqual({ k2: 100 })

    const after = makeWorld({ data, keys: [NEW_KEY], seed: 'after' }).twoFactor.challenge
    const { token } = must(await after.begin({ userId: 'person 0' }), 'challenged')
    expect(await after.verify({ token, code })).toMatchObject({ status: 'rejected', reason: 'already-used' })
  })
})

describe('records that cannot be opened', () => {
  it('are counted, left as they are, and end the command with a code of their own', async () => {
    const store = await records()
    const [[key = '', value = ''] = [], [otherKey = '', otherValue = ''] = []] = await contents(store)
    const bad: readonly [string, string | null, string][] = [
      [key, value, value.replace('v1.k1.', 'v1.k0.')],
      [otherKey, otherValue, `${otherValue.slice(0, -4)}AAAA`],
      ['user:default:plain', null, 'not sealed'],
      ['texts:default:moved', null, value],
    ]
    for (const [at, previous, next] of bad) await store.swap(at, previous, next, null)
    expect(await reseal({ store })).toEqual({
      code: 3,
      out: 'completed: 102 records seen, 98 resealed, 4 unreadable\n',
      err:
        '4 records cannot be opened with these keys and were left as they are. Is an old key missing?\n' +
        'countersign inspect --summary tells which keys seal the records.\n',
    })
    const after = await contents(store)
    for (const [at, , next] of bad) expect(after.get(at)).toBe(next)
  })

  it('are all of them when the old key is missing, and nothing is changed', async () => {
    const store = await records()
    const before = await contents(store)
    expect(await reseal({ store, keys: [NEW_KEY] })).toMatchObject({
      code: 3,
      out: 'completed: 100 records seen, 0 resealed, 100 unreadable\n',
    })
    expect(await contents(store)).toEqual(before)
  })
})

describe('a store that fails during a rotation', () => {
  it.each([[1], [30], [77]])('at call %i ends it with an error, and the next run does the rest', async (call) => {
    const data = await records()
    const store = faultyStore(data)
    store.failAt(call, new Error('hush'))
    const at = makeTerminal()
    await expect(reseal({ store, progress: true }, at)).rejects.toMatchObject({ code: 'ERR_STORE_FAILED' })
    expect(at.printed).toBe('')
    expect(at.interrupt()).toBe(false)
    expect((await reseal({ store: data })).code).toBe(0)
    expect(await sealedBy(data)).toEqual({ k2: 100 })
  })
})

describe('the progress of a rotation', () => {
  const slowly = async (options: TerminalOptions): Promise<string> => {
    const at = makeTerminal(options)
    const data = await records()
    for (const [key, value] of await contents(elsewhere.world.data)) await data.swap(key, null, value, null)
    const store = beforeSwap(data, () => {
      at.clock.advance(25)
    })
    expect((await reseal({ store, progress: true }, at)).code).toBe(0)
    return at.reported
  }

  it('is shown in lines where there is no terminal', async () => {
    expect(await slowly({})).toBe(
      '16 records, 16 resealed\n64 records, 64 resealed, 40/s\n100 records, 100 resealed, 40/s\n',
    )
  })

  it('is drawn in a terminal, against a count made first', async () => {
    const reported = await slowly({ columns: 90 })
    expect(reported.split('\r').map((text) => text.trimEnd())).toEqual([
      'counting the records',
      '[###---------------------]  16 %  16 of 100 records, 16 resealed',
      '[#######-----------------]  32 %  32 of 100 records, 32 resealed',
      '[###########-------------]  48 %  48 of 100 records, 48 resealed, 40/s',
      '[###############---------]  64 %  64 of 100 records, 64 resealed, 40/s',
      '[###################-----]  80 %  80 of 100 records, 80 resealed, 40/s',
      '[#######################-]  96 %  96 of 100 records, 96 resealed, 40/s',
      '[########################] 100 %  100 of 100 records, 100 resealed, 40/s',
    ])
    expect(reported.endsWith('\n')).toBe(true)
  })

  it('is not shown unless asked for', async () => {
    expect((await reseal({ store: await records() }, makeTerminal({ columns: 80 }))).err).toBe('')
  })
})
