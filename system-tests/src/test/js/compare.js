// nsqjs under measurement: see ClientComparison, which starts it. Prints messages per second, microseconds of CPU per
// message, and the median and 99th percentile of an answer in microseconds, 0 where there is none.
'use strict'
const nsq = require('nsqjs')
const { argument } = require('./options')

const BODY_BYTES = 200
const BATCH = 200
const IN_FLIGHT = 1000
const WARM_UP_MS = 3000
const MEASURE_MS = 3000

let done = 0
let samples = []

function measure() {
  setTimeout(() => {
    samples = []
    const before = { done, cpu: process.cpuUsage(), at: process.hrtime.bigint() }
    setTimeout(() => {
      const seconds = Number(process.hrtime.bigint() - before.at) / 1e9
      const cpu = process.cpuUsage(before.cpu)
      const count = done - before.done
      samples.sort((a, b) => a - b)
      const at = (part) => (samples.length === 0 ? 0 : samples[Math.floor(samples.length * part)])
      const micros = (cpu.user + cpu.system) / Math.max(1, count)
      console.log(`${(count / seconds).toFixed(0)} ${micros.toFixed(3)} ${at(0.5).toFixed(1)} ${at(0.99).toFixed(1)}`)
      process.exit(0)
    }, MEASURE_MS)
  }, WARM_UP_MS)
}

function consume() {
  const reader = new nsq.Reader('compare', argument('channel'), {
    nsqdTCPAddresses: `127.0.0.1:${argument('port')}`,
    maxInFlight: IN_FLIGHT
  })
  reader.on('message', (message) => {
    done++
    message.finish()
  })
  reader.connect()
}

function publish(count, window) {
  const writer = new nsq.Writer('127.0.0.1', Number(argument('port')))
  const next = () => {
    const body = count === 1 ? Buffer.alloc(BODY_BYTES) : Array.from({ length: count }, () => Buffer.alloc(BODY_BYTES))
    const start = process.hrtime.bigint()
    writer.publish('compare', body, (error) => {
      if (error) throw error
      done += count
      samples.push(Number(process.hrtime.bigint() - start) / 1e3)
      next()
    })
  }
  writer.on('ready', () => {
    for (let i = 0; i < window; i++) next()
  })
  writer.connect()
}

const modes = {
  publish: () => publish(1, 1),
  batch: () => publish(BATCH, 1),
  stream: () => publish(1, IN_FLIGHT),
  consume
}
modes[argument('mode')]()
measure()
