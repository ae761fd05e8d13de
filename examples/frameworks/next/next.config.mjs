import { fileURLToPath } from 'node:url'

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** @type {import('next').NextConfig} */
export default {
  // What all frameworks share lies beside this folder, and its modules name each other as Node.js has it, `.js`.
  outputFileTracingRoot: fileURLToPath(new URL('../../..', import.meta.url)),
  webpack: (config) => ({
    ...config,
    resolve: { ...config.resolve, extensionAlias: { '.js': ['.ts', '.js'] } },
  }),
  rewrites: async () => [{ source: '/', destination: '/index.html' }],
  headers: async () => [
    { source: '/:path*', headers: [{ key: 'content-security-policy', value: CONTENT_SECURITY_POLICY }] },
  ],
}
