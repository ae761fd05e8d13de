import { startSite } from './portal/start-site.js'
import { servers } from './servers.js'

const [framework = 'node-http', port = '3000'] = process.argv.slice(2)
const create = servers[framework]
if (create === undefined) throw new Error(`choose one of ${Object.keys(servers).join(', ')}`)

const server = await create(await startSite(`http://localhost:${port}`))
server.listen(Number(port), 'localhost')
