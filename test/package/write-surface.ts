import { join } from 'node:path'
import { holdSurface } from './surface.js'
import { root } from './workshop.js'

// `npm run surface`: writes the report of the public surface anew, from the package as it was built.

process.env['UPDATE'] = '1'
holdSurface(join(root, 'dist'))
