/**
 * One process of an application: `working-process.ts <job>`. It says `ready`, waits for a line on its standard input, does
 * everything at once, and answers as JSON.
 */
import { once } from 'node:events'
import { TwoFactorError, type Store, type TwoFactor } from 'countersign'
import { openStore } from '../contract/open-store.js'
import { openCore } from './core.js'
import type { Action, Answer, Job } from './job.js'

const job = JSON.parse(process.argv[2] ?? '') as Job
const { store, close } = await openStore(job.address)
const { twoFactor } = openCore(mortal(store, job.dieAt), job.at)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const answers = await Promise.all(job.actions.map((action) => answer(twoFactor, action)))
process.stdout.write(JSON.stringify(answers))
process.stdin.destroy()
await close()

async function answer(core: TwoFactor, action: Action): Promise<Answer> {
  try {
    return await act(core, action)
  } catch (error) {
    return { status: 'thrown', code: error instanceof TwoFactorError ? error.code : String(error) }
  }
}

function act({ challenge, enrolment, account }: TwoFactor, action: Action): Promise<Answer> {
  switch (action.do) {
    case 'begin':
      return challenge.begin(action)
    case 'verify':
      return challenge.verify(action)
    case 'answer':
      return challenge.verify(action)
    case 'redeem':
      return challenge.redeemRecoveryCode(action)
    case 'confirm':
      return enrolment.confirm(action)
    case 'status':
      return account.status(action)
  }
}

/** A store under which the process is killed, as by a power cut, around its n-th call. */
function mortal(inner: Store, dieAt: Job['dieAt']): Store {
  let calls = 0
  const around = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    calls += 1
    if (calls !== dieAt?.call) return call()
    if (dieAt.when === 'after') await call()
    process.kill(process.pid, 'SIGKILL')
    return new Promise<Value>(() => undefined)
  }
  return {
    get: (key) => around(() => inner.get(key)),
    swap: (key, previous, next, expiresAt) => around(() => inner.swap(key, previous, next, expiresAt)),
    keys: () => inner.keys(),
  }
}
