import { describePayment } from '../../../portal/site.js'
import { readForm } from '../../../web/json.js'
import { portal } from '../../site.js'

export async function POST(request: Request): Promise<Response> {
  const { site, web } = await portal()
  const form = await readForm(request)
  if (form instanceof Response) return form
  const action = describePayment(form)
  if (action === null) return Response.json({ status: 'malformed' }, { status: 400 })
  const refused = await web.protect(request, null, { action, secondFactor: form['secondFactor'] })
  return refused ?? Response.json({ status: 'paid', count: site.payments.push(action) })
}
