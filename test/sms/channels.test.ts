import { describe, expect, it } from 'vitest'
import { channelsOf } from '../../src/sms/channels.js'
import type { SmsSender } from '../../src/interfaces/sms-sender.js'

const declaring = (channels: unknown): SmsSender => ({ send: () => Promise.resolve(), channels }) as SmsSender
import { expectThrown } from '../support/outcome.js'

describe('the channels of a sender', () => {
  it.each([
    [undefined, ['sms']],
    [null, ['sms']],
    [['sms'], ['sms']],
    [['voice'], ['voice']],
    [
      ['sms', 'voice', 'sms'],
      ['sms', 'voice'],
    ],
  ])('declared as %j are %j', (declared, channels) => {
    expect(channelsOf(declaring(declared))).toEqual(channels)
  })

  it.each([[[]], ['sms'], [['fax']], [['sms', null]], [{ 0: 'sms', length: 1 }], [true], [new Array(1)]])(
    'cannot be %j',
    (declared) => {
      expectThrown(() => channelsOf(declaring(declared)), 'ERR_SMS_INVALID')
    },
  )

  it('do not change when the list it declared does', () => {
    const declared = ['sms']
    const channels = channelsOf(declaring(declared))
    declared.push('voice')
    expect(channels).toEqual(['sms'])
  })
})
