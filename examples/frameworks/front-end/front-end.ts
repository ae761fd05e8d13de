import { readFile } from 'node:fs/promises'

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/two-factor.js': ['two-factor.js', 'text/javascript; charset=utf-8'],
  '/words.js': ['words.js', 'text/javascript; charset=utf-8'],
  '/style.css': ['style.css', 'text/css; charset=utf-8'],
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
}

/** Serves the four files of this folder, and answers null to anything else. */
export function createFrontEnd(): (request: Request) => Promise<Response | null> {
  return async (request) => {
    const [file, type] = FILES[new URL(request.url).pathname] ?? []
    if (request.method !== 'GET' || file === undefined || type === undefined) return null
    const body = await readFile(new URL(file, import.meta.url))
    return new Response(body, { headers: { ...HEADERS, 'content-type': type } })
  }
}
