import { setImmediate as breathe } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EventBody } from '../../src/interfaces/events.js'
import { createShell, NOBODY, type Asking } from '../../src/shell/shell.js'
import { ask, decided, isNeed, unchanged, type Case, type Facts } from '../../src/user/decision.js'
import { expectCode } from '../support/outcome.js'
import { START } from '../support/world.js'
import { shellOptions } from './shell-options.js'

const asking: Asking = { clientAddress: '192.0.2.7', locale: null, response: null }
const changed: EventBody = { type: 'password-changed' }

/** Marks the record as changed, and tells of it. */
const change = (at: Case) => decided({ ...at.record, enrolmentRequired: true }, 'changed', [changed])

/** Changes the record once a permit for a text was answered. */
function changeWithPermit(at: Case, facts: Facts) {
  const question = { to: '+14155550123', country: 'US', channel: 'sms', purpose: 'sign-in', summary: null } as const
  const fact = ask(facts, 'permit', question)
  return isNeed(fact) ? fact : decided({ ...at.record, enrolmentRequired: true }, fact.answer.verdict)
}

describe('looking at a user', () => {
  it('is one store call, about the record, the moment and the policy', async () => {
    const { options, store } = shellOptions()
    const { look, run } = createShell(options)
    expect(await look('ada', (at) => at)).toMatchObject({
      userId: 'ada',
      stored: false,
      now: START,
      policy: options.policy,
      record: { factors: [] },
    })
    expect(store.calls).toEqual(['get'])
    await run('ada', change)
    expect(await look('ada', ({ stored, record }) => [stored, record.enrolmentRequired])).toEqual([true, true])
  })
})

describe('running an operation', () => {
  it('commits what was decided, then tells of it: whose, when and from where', async () => {
    const { options, store, events } = shellOptions()
    const { run, look } = createShell(options)
    expect(await run('ada', change, asking)).toEqual({ outcome: 'changed', delivery: null })
    expect(store.calls).toEqual(['get', 'swap'])
    await breathe()
    expect(events).toEqual([{ type: 'password-changed', userId: 'ada', at: START, clientAddress: '192.0.2.7' }])
    expect(Object.isFrozen(events[0])).toBe(true)
    expect(await look('ada', ({ record }) => record.activity)).toEqual([
      { type: 'password-changed', at: START, factorId: null, deviceId: null, clientNetwork: '192.0.2.0/24' },
    ])
  })

  it('decides with no fact before any was asked for', async () => {
    const { run } = createShell(shellOptions().options)
    const { outcome } = await run('ada', (at, facts) => unchanged(at, [...facts]))
    expect(outcome).toEqual([])
  })

  it('knows no client unless it is told of one', async () => {
    const { options, events } = shellOptions()
    const { run, look } = createShell(options)
    await run('ada', change)
    await breathe()
    expect(events).toMatchObject([{ clientAddress: null }])
    expect(await look('ada', ({ record }) => record.activity)).toMatchObject([{ clientNetwork: null }])
    expect(NOBODY).toEqual({ clientAddress: null, locale: null, response: null })
  })

  it('that changes nothing writes nothing, and remembers nothing of what it tells', async () => {
    const { options, store, events } = shellOptions()
    const { run } = createShell(options)
    expect(await run('ada', (at) => unchanged(at, 'same', [changed]), asking)).toEqual({
      outcome: 'same',
      delivery: null,
    })
    await breathe()
    expect([store.calls, events.map(({ type }) => type)]).toEqual([['get'], ['password-changed']])
  })

  it('tells and sends nothing when its write fails', async () => {
    const { options, store, inbox, events } = shellOptions()
    store.failAt(2)
    await expectCode(createShell(options).run('ada', change), 'ERR_STORE_FAILED')
    await breathe()
    expect([inbox.attempts, events]).toEqual([0, []])
  })

  it('fetches a fact once, however often the swap is lost', async () => {
    let asked = 0
    const screen = (): Promise<'refuse'> => (asked++, Promise.resolve('refuse'))
    const { options, store } = shellOptions({ sms: { screen } })
    store.loseSwapAt(2)
    store.loseSwapAt(4)
    expect(await createShell(options).run('ada', changeWithPermit)).toMatchObject({ outcome: 'screened' })
    expect(asked).toBe(1)
    expect(store.calls).toEqual(['get', 'swap', 'get', 'swap', 'get', 'swap'])
  })

  it('carries its effects out once it is committed, and tells of them behind its own events', async () => {
    const { options, inbox, events } = shellOptions()
    const phone = { phoneNumber: '+14155550123', country: 'US', channel: 'sms' } as const
    const ran = await createShell(options).run(
      'ada',
      (at) =>
        decided(
          { ...at.record, enrolmentRequired: true },
          null,
          [changed],
          [{ effect: 'send-notice', notice: 'number-removed', to: [{ factorId: 'phone', ...phone }] }],
        ),
      asking,
    )
    expect(ran).toEqual({ outcome: null, delivery: null })
    await breathe()
    expect(inbox.messages.map(({ to, purpose }) => [to, purpose])).toEqual([['+14155550123', 'notice']])
    expect(events).toEqual([
      { type: 'password-changed', userId: 'ada', at: START, clientAddress: '192.0.2.7' },
      {
        type: 'text-sent',
        purpose: 'notice',
        subjectId: null,
        factorId: 'phone',
        country: 'US',
        channel: 'sms',
        destination: '•••• 0123',
        userId: 'ada',
        at: START,
        clientAddress: '192.0.2.7',
      },
    ])
  })
})

describe('telling the host', () => {
  it('needs no decision', async () => {
    const { options, events } = shellOptions()
    createShell(options).tell('ada', 5, [{ type: 'erased' }])
    await breathe()
    expect(events).toEqual([{ type: 'erased', userId: 'ada', at: 5, clientAddress: null }])
  })
})
