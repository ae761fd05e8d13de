import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTwoFactor, memoryStore, type TwoFactor } from 'countersign'
import { type FaultyStore, faultyStore, fixedClock } from 'countersign/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../examples/demo/config.js'
import { demoKey, openDataFolder } from '../../examples/demo/data-folder.js'
import { html, trusted } from '../../examples/demo/html.js'
import { openState } from '../../examples/demo/state.js'
import { openStore } from '../../examples/demo/store.js'
import { START, startDemo } from './demo-portal.js'
import { BEN, enrolText, signedIn } from './steps.js'

describe('when something behind the demo fails', () => {
  test('a store that does not answer lets nobody in and tells nothing', async () => {
    const faults: FaultyStore[] = []
    const portal = await startDemo({
      store: () => {
        const store = faultyStore(memoryStore())
        faults.push(store)
        return store
      },
    })
    const log = vi.spyOn(console, 'error').mockReturnValue()
    try {
      const [store] = faults
      await enrolText(portal, await signedIn(portal, BEN))
      const visitor = portal.visitor()
      await visitor.get('/sign-in')
      store?.reset()
      store?.failAt(1, new Error('the password of the database is hunter2'))
      const failed = await visitor.post('/sign-in', { email: BEN, password: 'willow-street-9' })
      expect(failed).toMatchObject({
        status: 500,
        html: expect.stringContaining('Something went wrong on our side') as string,
      })
      expect(failed.html).not.toMatch(/hunter2|Error|\.ts/)
      expect(visitor.cookies.has('willow-session')).toBe(false)
      expect(log).toHaveBeenCalledOnce()

      await visitor.follow(await visitor.signIn(BEN))
      store?.reset()
      store?.failAt(2)
      expect((await visitor.post('/sign-in/code', { code: portal.textedCode() })).status).toBe(500)
      expect(visitor.cookies.has('willow-session')).toBe(false)
    } finally {
      log.mockRestore()
      await portal.close()
    }
  })
})

describe('the demo’s data folder', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  test('a restart finds everyone still enrolled', async () => {
    const clock = fixedClock(START)
    const boot = async (): Promise<{ twoFactor: TwoFactor; stop: () => Promise<void> }> => {
      const data = await openDataFolder(folder)
      const { store, engine, close } = await openStore(null, data)
      expect(engine).toContain('SQLite')
      const secret = await demoKey(folder, undefined)
      const twoFactor = createTwoFactor({
        issuer: 'Willow Street Clinic',
        keys: [{ id: 'demo', secret }],
        store,
        clock,
      })
      return {
        twoFactor,
        async stop() {
          await close()
          await data?.release()
        },
      }
    }
    const first = await boot()
    const value = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    const imported = await first.twoFactor.admin.importTotp({
      userId: 'person-2',
      actor: 'test',
      secret: { encoding: 'base32', value },
    })
    expect(imported.status).toBe('imported')
    await first.stop()
    const second = await boot()
    expect(await second.twoFactor.account.status({ userId: 'person-2' })).toMatchObject({ enabled: true })
    await second.stop()
  })

  test('the key is made once, for its owner’s eyes only, unless the environment has one', async () => {
    const key = await demoKey(folder, undefined)
    expect(Buffer.from(key, 'base64url')).toHaveLength(32)
    expect(await demoKey(folder, '')).toBe(key)
    expect(await demoKey(folder, 'of the environment')).toBe('of the environment')
    expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600)
  })

  test('two processes do not share it; one that was killed does not keep it', async () => {
    await writeFile(join(folder, 'lock'), '1')
    expect(await openDataFolder(folder)).toBeNull()
    await writeFile(join(folder, 'lock'), '999999999')
    const taken = await openDataFolder(folder)
    expect(await readFile(join(folder, 'lock'), 'utf8')).toBe(String(process.pid))
    await taken?.release()
    expect(await readdir(folder)).toEqual([])
  })

  test('passwords and the rule survive', async () => {
    const path = join(folder, 'portal.json')
    const state = await openState(path)
    state.passwords.set('person-2', 'salt.hash')
    state.requiredFrom = START
    await Promise.all([state.save(), state.save()])
    const again = await openState(path)
    expect(again.passwords.get('person-2')).toBe('salt.hash')
    expect(again.requiredFrom).toBe(START)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(folder)).toEqual(['portal.json'])
  })

  test('an unknown engine is refused by name', async () => {
    await expect(openStore('mongodb://localhost', null)).rejects.toThrow('must begin with postgres:, mysql: or redis:')
  })
})

describe('the demo’s settings and markup', () => {
  test('the environment is read once, and nonsense is refused', () => {
    expect(readConfig({})).toMatchObject({
      port: 3000,
      secureCookies: false,
      trustProxy: false,
      publicOrigin: null,
      databaseUrl: null,
    })
    expect(
      readConfig({ PUBLIC_ORIGIN: 'https://portal.example/x', TRUST_PROXY: '1', REDIS_URL: 'redis://r' }),
    ).toMatchObject({
      publicOrigin: 'https://portal.example',
      secureCookies: true,
      trustProxy: true,
      databaseUrl: 'redis://r',
    })
    for (const PORT of ['x', '-1', '70000', '1.5']) expect(() => readConfig({ PORT })).toThrow('PORT')
  })

  test('text in a template is escaped, markup is not, and nothing prints as undefined', () => {
    const parts = [`<&>"'`, null, undefined, false, 0, html`<i>${'<'}</i>`, ['a', trusted('<b>')]] as const
    expect(html`<p title="${parts[0]}">${parts}</p>`.markup).toBe(
      '<p title="&lt;&amp;&gt;&quot;&#39;">&lt;&amp;&gt;&quot;&#39;0<i>&lt;</i>a<b></p>',
    )
  })
})
