import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { CHROMIUM } from '../browser/chromium.js'
import { urls } from '../contract/engines.js'
import { hasRunners, INSTALL_RUNNERS } from '../realms/runners.js'

/** Says what the whole suite needs and what of it this machine lacks; the tests decide what that means. */
export async function setup(): Promise<void> {
  const found: readonly (readonly [name: string, found: boolean])[] = [
    [`PostgreSQL (${urls.postgres})`, await listens(urls.postgres)],
    [`MariaDB (${urls.mysql})`, await listens(urls.mysql)],
    [`Redis (${urls.redis})`, await listens(urls.redis)],
    ['redis-server', runs('redis-server')],
    [`Chromium (${CHROMIUM})`, existsSync(CHROMIUM)],
    ['oathtool', runs('oathtool')],
    ['zbarimg', runs('zbarimg')],
    [`the test runners of others (${INSTALL_RUNNERS})`, hasRunners()],
  ]
  for (const [name, isThere] of found) console.log(`${isThere ? 'found' : 'MISSING'}: ${name}`)
  console.log('What is missing goes untested and is named, unless CI=true: then it fails.')
}

function runs(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined
}

async function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  try {
    return await new Promise((resolve) => {
      socket
        .once('connect', () => {
          resolve(true)
        })
        .once('error', () => {
          resolve(false)
        })
    })
  } finally {
    socket.destroy()
  }
}
