import 'reflect-metadata'
import {
  All,
  BadRequestException,
  Body,
  Controller,
  type DynamicModule,
  HttpCode,
  Inject,
  Injectable,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express'
import { send, toRequest } from './node-http.js'
import { createPortal } from './portal/portal.js'
import { describePayment, type Site } from './portal/site.js'
import type { Protected, Web } from './web.js'

const SITE = Symbol('site')

/** The second factor as a provider, for any controller. Behind a proxy, `app.set('trust proxy', 1)` has `ip` be what the proxy says. */
@Injectable()
export class SecondFactor {
  private readonly web: Web<ExpressRequest>

  constructor(@Inject(SITE) site: Site) {
    this.web = createPortal<ExpressRequest>(site, (_request, { ip }) => ip)
  }

  async handle(request: ExpressRequest, response: ExpressResponse): Promise<void> {
    await send(await this.web.handle(await toRequest(request), request), response)
  }

  /** True when the action may go on; else the request is answered. */
  async allows(input: Protected, request: ExpressRequest, response: ExpressResponse): Promise<boolean> {
    const refused = await this.web.protect(await toRequest(request), request, input)
    if (refused !== null) await send(refused, response)
    return refused === null
  }
}

@Controller('payments')
class PaymentController {
  @Inject(SecondFactor) private readonly secondFactor!: SecondFactor
  @Inject(SITE) private readonly site!: Site

  @Post()
  @HttpCode(200)
  async pay(
    @Body() form: Readonly<Record<string, unknown>>,
    @Req() request: ExpressRequest,
    @Res({ passthrough: true }) response: ExpressResponse,
  ): Promise<object | undefined> {
    const action = describePayment(form)
    if (action === null) throw new BadRequestException({ status: 'malformed' })
    if (!(await this.secondFactor.allows({ action, secondFactor: form['secondFactor'] }, request, response))) return
    return { status: 'paid', count: this.site.payments.push(action) }
  }
}

@Controller()
class TwoFactorController {
  @Inject(SecondFactor) private readonly secondFactor!: SecondFactor

  @All(['', '*path'])
  handle(@Req() request: ExpressRequest, @Res() response: ExpressResponse): Promise<void> {
    return this.secondFactor.handle(request, response)
  }
}

@Module({})
class PortalModule {
  static for(site: Site): DynamicModule {
    return {
      module: PortalModule,
      controllers: [PaymentController, TwoFactorController],
      providers: [{ provide: SITE, useValue: site }, SecondFactor],
    }
  }
}

/** The portal on NestJS 11. */
export async function createApp(site: Site): Promise<INestApplication> {
  const app = await NestFactory.create<NestExpressApplication>(PortalModule.for(site))
  app.useLogger(['error', 'warn'])
  app.useBodyParser('json', { limit: '16kb' })
  return app
}
