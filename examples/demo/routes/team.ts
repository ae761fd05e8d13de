import { type Request, type Response, Router } from 'express'
import { field, parameter } from '../forms.js'
import { provenOnly } from '../guards.js'
import type { Person } from '../people.js'
import type { Portal } from '../portal.js'
import { confirmView } from '../views/account-factors.js'
import { failureView } from '../views/failure.js'
import { teamView } from '../views/team.js'
import { memberOf, show, visitOf } from '../visit.js'

/** For the owner: who has a second factor, whether all must, and help for those who are locked out. */
export function teamRoutes(portal: Portal): Router {
  const { twoFactor, people, state, sessions, clock } = portal
  const router = Router()

  const page = async (response: Response, error: string | null): Promise<void> => {
    const accounts = await twoFactor.account.statuses({ userIds: people.everyone.map(({ id }) => id) })
    const team = people.everyone.flatMap((person, index) => {
      const account = accounts[index]
      return account === undefined ? [] : [{ person, account }]
    })
    const self = memberOf(response).person
    show(
      portal,
      response,
      teamView(visitOf(response), { team, self, requiredFrom: state.requiredFrom, now: clock.now(), error }),
    )
  }

  router.get('/', async (_request, response) => {
    await page(response, null)
  })

  router.post('/', async (request, response) => {
    const from = field(request, 'require') === 'yes' ? requiredFrom(field(request, 'from'), clock.now()) : null
    if (Number.isNaN(from)) {
      await page(response, visitOf(response).words.team.badDate)
      return
    }
    state.requiredFrom = from
    await state.save()
    response.redirect(303, '/team')
  })

  type Step = (person: Person, request: Request, response: Response) => Promise<void> | void
  /** Runs a route for someone of the team who is not the owner: what these do is for others. */
  const withOther =
    (step: Step) =>
    async (request: Request, response: Response): Promise<void> => {
      const person = people.find(parameter(request, 'personId'))
      const self = memberOf(response).person
      if (person === null || person.id === self.id)
        show(portal, response, failureView(visitOf(response).words, 'notFound', 404))
      else await step(person, request, response)
    }
  const done = (response: Response, notice: string): void => {
    memberOf(response).session.notice = notice
    response.redirect(303, '/team')
  }

  router.get(
    '/:personId/reset',
    provenOnly(portal),
    withOther((person, _request, response) => {
      const visit = visitOf(response)
      const { resetTitle, resetLead, reset } = visit.words.team
      const page = {
        title: resetTitle(person.name),
        lead: [resetLead],
        submit: reset,
        danger: true,
        error: null,
        back: '/team',
      }
      show(portal, response, confirmView(visit, { to: `/team/${person.id}/reset`, ...page }))
    }),
  )
  router.post(
    '/:personId/reset',
    provenOnly(portal),
    withOther(async (person, _request, response) => {
      await twoFactor.admin.reset({ userId: person.id, actor: memberOf(response).person.id })
      sessions.endAll(person.id)
      done(response, visitOf(response).words.team.resetDone(person.name))
    }),
  )

  router.get(
    '/:personId/unlock',
    provenOnly(portal),
    withOther((person, _request, response) => {
      const visit = visitOf(response)
      const { unlockTitle, unlockLead, unlock } = visit.words.team
      const page = { title: unlockTitle(person.name), lead: [unlockLead], submit: unlock, error: null, back: '/team' }
      show(portal, response, confirmView(visit, { to: `/team/${person.id}/unlock`, ...page }))
    }),
  )
  router.post(
    '/:personId/unlock',
    provenOnly(portal),
    withOther(async (person, _request, response) => {
      await twoFactor.admin.unlock({ userId: person.id, actor: memberOf(response).person.id })
      done(response, visitOf(response).words.team.unlocked(person.name))
    }),
  )

  return router
}

/** The instant that a date field means: the start of that day here, or now when it is empty; NaN for anything else. */
function requiredFrom(date: string, now: number): number {
  if (date === '') return now
  const [year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)?.slice(1).map(Number) ?? []
  if (year === undefined || month === undefined || day === undefined) return NaN
  const start = new Date(year, month - 1, day)
  return start.getMonth() === month - 1 && start.getDate() === day ? start.getTime() : NaN
}
