// pa11y (HTML CodeSniffer and axe, WCAG 2.1 AA) and Lighthouse in its phone profile over
// a list of pages: look.mjs pa11y|lighthouse OUT < list, a line "URL" or "URL<TAB>cookies".
import fs from 'node:fs'
import { createRequire } from 'node:module'
const require = createRequire(process.env.NPM_AT + '/')
const puppeteer = require('puppeteer')
const [kind, out] = process.argv.slice(2)
const rows = fs.readFileSync(0, 'utf8').trim().split('\n').map(l => l.split('\t'))
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })
const phone = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }
let bad = 0
const lines = []
const say = line => { lines.push(line); console.log(line) }
if (kind === 'pa11y') {
  const pa11y = require('pa11y')
  let broken = 0, closed = 0
  for (const [url, cookie] of rows) {
    // pa11y calls what axe cannot decide (words on pictures) an error of contrast: whether
    // there is one is for axe itself in the browser tests, and for Lighthouse.
    // A form without a button is none while it is locked: nothing in it can be filled in.
    const locked = (page, selector) => page.$eval(selector, f => [...f.elements].some(e => e.type === 'submit') || ![...f.elements].some(e => e.type !== 'hidden' && e.name && !e.matches(':disabled, :read-only:not(select, [type=radio], [type=checkbox]), fieldset, output'))).catch(() => false)
    const look = runners => browser.newPage().then(async page => {
      try {
        const r = await pa11y(url, { browser, page, standard: 'WCAG2AA', runners, ignore: ['color-contrast', 'WCAG2AA.Principle1.Guideline1_3.1_3_1.H43.HeadersRequired'], viewport: phone, timeout: 60000, headers: cookie ? { Cookie: cookie } : {} })
        const left = []
        for (const i of r.issues) { if (i.code.endsWith('H32.2') && await locked(page, i.selector)) closed++; else left.push(i) }
        return { issues: left }
      } finally { await page.close() }
    })
    let r
    try { r = await look(['htmlcs', 'axe']) } catch (e) {
      if (!(e + '').includes("reading 'replace'")) { bad++; say(`${url} ${e}`); continue }
      broken++ // HTML CodeSniffer itself stumbles on a form with a field called "name"
      r = await look(['axe'])
    }
    for (const i of r.issues) { bad++; say(`${url} ${i.runner} ${i.code} ${i.selector} ${i.context.slice(0, 160)} ${i.message.slice(0, 200)}`) }
  }
  if (broken) say(`${broken} pages by axe alone, as HTML CodeSniffer broke off`)
  if (closed) say(`locked: ${closed} forms without a button, as nothing can be filled in`)
  say(`pa11y: ${rows.length} pages, ${bad} errors`)
} else {
  const { default: lighthouse } = await import(process.env.NPM_AT + '/node_modules/lighthouse/core/index.js')
  const port = Number(new URL(browser.wsEndpoint()).port)
  const speed = []
  for (const [url, cookie] of rows) {
    const r = await lighthouse(url, { port, output: 'json', logLevel: 'error', onlyCategories: cookie ? ['accessibility', 'best-practices'] : ['accessibility', 'performance', 'best-practices'], extraHeaders: cookie ? { Cookie: cookie } : {}, disableStorageReset: true, maxWaitForLoad: 60000 })
    const c = r.lhr.categories, of = n => Math.round((c[n]?.score ?? 0) * 100)
    const failed = Object.values(r.lhr.audits).filter(a => a.score === 0 && c.accessibility.auditRefs.some(x => x.id === a.id)).map(a => a.id + ' ' + JSON.stringify(a.details?.items?.[0]?.node?.snippet ?? ''))
    if (of('accessibility') < 100) bad++
    if (!cookie) speed.push(of('performance'))
    const shown = n => r.lhr.audits[n]?.displayValue ?? '-'
    say(`${of('accessibility')} ${cookie ? '-' : of('performance')} ${of('best-practices')} LCP ${shown('largest-contentful-paint')} CLS ${shown('cumulative-layout-shift')} TBT ${shown('total-blocking-time')} ${url} ${failed.join('; ')}`)
  }
  say(`lighthouse: ${rows.length} pages, ${bad} below 100 for accessibility; performance ${Math.min(...speed)} to ${Math.max(...speed)}`)
}
await browser.close()
fs.writeFileSync(out, lines.join('\n') + '\n')
process.exit(bad ? 1 : 0)
