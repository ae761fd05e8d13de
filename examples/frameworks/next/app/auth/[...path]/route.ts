import { portal } from '../../../site.js'

async function handle(request: Request): Promise<Response> {
  const { web } = await portal()
  return web.handle(request, null)
}

export { handle as GET, handle as POST }
