// Drives the console in one Chromium. Reads a line of JSON for each scenario, {"scenario", "base", ...}, and answers
// with one: {"figures"} if all held, {"error"} if not.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import * as scenarios from './scenarios.js';

const FLAGS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync',
];
const STEP_TIMEOUT_MS = 20_000;
export const DESK = { width: 1280, height: 860 };

const options = Object.fromEntries(process.argv.slice(2).map((arg) => arg.replace(/^--/, '').split('=', 2)));
const browser = await chromium.launch({ executablePath: options.chromium, args: FLAGS });

/** A window of its own for a scenario: nothing kept from others. Notes what no page may do. */
async function open(base, settings) {
    const context = await browser.newContext({ viewport: DESK, permissions: ['clipboard-write'], ...settings });
    context.setDefaultTimeout(STEP_TIMEOUT_MS);
    const page = await context.newPage();
    const complaints = [];
    page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') {
            complaints.push(`console: ${message.text()} ${message.location().url}`);
        }
    });
    page.on('pageerror', (error) => complaints.push(`error in the page: ${error.stack}`));
    context.on('request', (request) => {
        if (new URL(request.url()).origin !== new URL(base).origin) {
            complaints.push(`asked elsewhere: ${request.url()}`);
        }
    });
    return { context, page, complaints };
}

async function run({ scenario, base, ...args }) {
    const opened = [];
    const start = async (settings = {}) => {
        const one = await open(base, settings);
        opened.push(one);
        return one.page;
    };
    const began = Date.now();
    try {
        const figures = await scenarios[scenario]({ base, start, args });
        const complaints = opened.flatMap((one) => one.complaints);
        if (complaints.length > 0 && !args.mayComplain) {
            return { error: `The page complained:\n${complaints.join('\n')}` };
        }
        return { figures: { ...figures, tookMs: Date.now() - began } };
    } catch (error) {
        const seen = await Promise.all(opened.map(({ page }) => page.locator('body').innerText().catch(() => '')));
        return { error: `${error.stack}\nThe page said:\n${seen.join('\n')}\n${opened.flatMap((one) => one.complaints).join('\n')}` };
    } finally {
        await Promise.all(opened.map(({ context }) => context.close()));
    }
}

console.log(JSON.stringify({ figures: { version: browser.version() } }));
for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await run(JSON.parse(line))));
}
await browser.close();
